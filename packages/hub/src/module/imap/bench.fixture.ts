/** For tests: the kind with settings that fit its form, and an appliance that knows who got which message. */
import {
  type LookupAnswer,
  MAILBOX_ACTIONS,
  type MailboxResult,
  type Settings,
  type State,
  type TrackRow,
} from '@sightline/api';
import type { Ask } from '../../deps.ts';
import { open, patience, TLS } from '../../outbound/fixture.ts';
import type { Instance, Limits, Outcome, Progress } from '../kind.ts';
import { checkSettings } from '../settings.ts';
import { imapKind } from './kind.ts';

export const ROW: TrackRow = {
  host: 'esa03.example.com',
  serial: '42AB-CD',
  mid: 8,
  icid: 3,
  dcids: [4],
  received: Date.now(),
  direction: 'incoming',
  sender: 'eve@evil.example',
  headerFrom: ['eve@evil.example'],
  replyTo: [],
  recipients: [],
  subject: 'Invoice',
  messageId: '',
  ip: '192.0.2.7',
  reverseDns: '',
  helo: 'mail.evil.example',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
  size: 1000,
  attachments: [],
  urls: [],
  verdicts: [],
  parse: 'complete',
  state: 'delivered',
  lastState: 'delivered',
};

export const rowTo = (messageId: string, recipients: Record<string, State>): TrackRow => ({
  ...ROW,
  messageId,
  recipients: Object.entries(recipients).map(([address, state], rid) => ({
    rid,
    address,
    state,
    at: 1,
    text: '',
  })),
});

/** What tracking answers a lookup with: rows that have the Message-ID, in any case. */
export const lookedUp = (rows: readonly TrackRow[], keys: readonly { value: string }[]): LookupAnswer => ({
  results: keys.map(({ value }) => {
    const some = rows.filter(({ messageId }) => messageId.toLowerCase() === value.toLowerCase());
    return { key: 'message_id' as const, value, total: some.length, rows: [...some] };
  }),
  indexedUntil: 0,
});

export const DEVICES = ['esa03', 'esa04'].map((name) => ({
  id: crypto.randomUUID(),
  name,
  type: 'ESA',
  ip: '127.0.0.1',
  online: true,
}));

/** `rows`: by the name of the appliance; an Error is what asking it ends with. */
export function imapModule(settings: Settings, rows: Record<string, TrackRow[] | Error>) {
  const way = open();
  const ask: Ask = async (_, id, question) => {
    const known = rows[DEVICES.find((one) => one.id === id)?.name ?? ''] ?? [];
    if (known instanceof Error) throw known;
    if (question.verb !== 'lookup') throw new Error(`asked ${question.verb}`);
    return lookedUp(known, question.body.keys) as never;
  };
  const kind = imapKind({
    mail: way.mail,
    ask,
    devices: async () => ({ devices: DEVICES, reason: '' }),
    clock: Date.now,
  });
  const instance: Instance = {
    id: crypto.randomUUID(),
    orgId: 'org-1',
    name: 'mailboxes',
    settings: checkSettings(kind, settings),
  };
  const limits = (more: Partial<Limits> = {}): Limits => ({
    deadlineMs: 60_000,
    signal: patience(),
    ...more,
  });
  return {
    close: way.close,
    health: () => kind.health(instance, limits({ deadlineMs: 5000 })),
    respond: (value: string) => kind.respond?.(instance, [{ type: 'email_messageid', value }], limits()),
    async run(
      what: keyof typeof MAILBOX_ACTIONS,
      value: string,
      query: Record<string, string> = {},
      stop?: AbortController,
    ): Promise<
      Outcome & { told: Progress[]; states: Record<string, MailboxResult['state']>; results: MailboxResult[] }
    > {
      const told: Progress[] = [];
      const order = {
        id: crypto.randomUUID(),
        actor: 'ada',
        tell: (line: Progress) => void told.push(line),
        ...(stop ? { stop: stop.signal } : {}),
      };
      const about = { observable_type: 'email_messageid', observable_value: value, ...query };
      const outcome = await kind.trigger?.(instance, MAILBOX_ACTIONS[what], about, limits(), order);
      const results = told.flatMap((line) => (line.type === 'mailbox' ? [line.mailbox] : []));
      const states = Object.fromEntries(results.map(({ addresses, state }) => [addresses.join(), state]));
      return { ...(outcome as Outcome), told, results, states };
    },
  };
}

export const FORM: Settings = {
  host: '127.0.0.1',
  tls: 'implicit',
  ca: TLS.cert,
  domains: 'example.com',
  'auth-type': 'master-login',
  'test-mailbox': 'ann@example.com',
  limit_seconds: 20,
};
