/** Rows of AsyncOS message tracking, in both their shapes, as tracking rows of ours. Pure. */
import type { Recipient, State, TrackRow } from '@sightline/api';
import { z } from 'zod';

const text = z
  .union([z.string(), z.number()])
  .transform(String)
  .nullish()
  .transform((value) => (value && value !== 'N/A' ? value : ''));
const texts = z
  .union([z.string(), z.array(z.union([z.string(), z.number()]))])
  .nullish()
  .transform((value) =>
    [value ?? []]
      .flat()
      .map(String)
      .filter((one) => one !== '' && one !== 'N/A'),
  );
const numbers = z
  .union([z.number(), z.string(), z.array(z.union([z.number(), z.string()]))])
  .nullish()
  .transform((value) =>
    [value ?? []]
      .flat()
      .map(Number)
      .filter((one) => Number.isSafeInteger(one) && one > 0),
  );
/** One value for the message, or one for each of its MIDs. */
const byMid = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .nullish()
  .transform(
    (value): Record<string, string> =>
      typeof value === 'string'
        ? { '': value }
        : Object.fromEntries(
            Object.entries(value ?? {}).map(([mid, one]) => [mid, String([one].flat()[0] ?? '')]),
          ),
  );

const Attributes = z.looseObject({
  hostName: text,
  serialNumber: text,
  friendly_from: texts,
  sender: text,
  replyTo: texts,
  recipient: texts,
  recipientMap: z.record(z.string(), z.array(z.string())).nullish().catch(undefined),
  subject: text,
  messageID: byMid,
  mid: numbers,
  icid: numbers,
  dcid: numbers,
  messageStatus: byMid,
  verdictChart: byMid,
  senderIp: text,
  senderDomain: text,
  senderGroup: text,
  direction: text,
  timestamp: text,
});
export const Messages = z.looseObject({
  meta: z.looseObject({ totalCount: z.number().catch(0) }).optional(),
  data: z.array(z.looseObject({ attributes: Attributes })).default([]),
});
export type Attributes = z.infer<typeof Attributes>;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** `29 Aug 2023 10:00:48 (GMT +00:00)` in epoch milliseconds, undefined where it is none. */
export function timeOf(given: string): number | undefined {
  const match =
    /^(\d{1,2}) (\w{3}) (\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))? ?(?:\(GMT ?(?:([+-])(\d\d):?(\d\d))?\))?$/.exec(
      given.trim(),
    );
  if (!match) return undefined;
  const [, day, month = '', year, hour, minute, second = '0', sign, hours = '0', minutes = '0'] = match;
  const at = Date.UTC(
    Number(year),
    MONTHS.indexOf(month.toLowerCase()),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return Number.isNaN(at) || !MONTHS.includes(month.toLowerCase()) ? undefined : at - ahead;
}

const STATES: readonly [RegExp, State][] = [
  [/quarantined/i, 'quarantined'],
  [/deliver/i, 'delivered'],
  [/drop/i, 'dropped'],
  [/bounce/i, 'bounced'],
  [/abort/i, 'aborted'],
  [/reject/i, 'rejected'],
  [/releas/i, 'released'],
  [/queue/i, 'queued'],
];
export const stateOf = (status: string): State =>
  STATES.find(([pattern]) => pattern.test(status))?.[1] ?? 'processing';

/** The state that says most of several recipients' fates. */
const RANK: readonly State[] = [
  'quarantined',
  'bounced',
  'dropped',
  'rejected',
  'aborted',
  'queued',
  'delivered',
  'released',
];

/** The eight engines of a verdict chart, by their places (message filters first, DLP last). */
const ENGINES = [
  'message filters',
  'anti-spam',
  'anti-virus',
  'AMP',
  'graymail',
  'content filters',
  'outbreak filters',
  'DLP',
];

/** Only what is known of the digits: 0 not asked, 1 clean. What others mean is not documented. */
const verdictsOf = (chart: string): TrackRow['verdicts'] =>
  [...chart.padEnd(8, '0').slice(0, 8)].flatMap((digit, i) =>
    digit === '1' ? [{ engine: ENGINES[i] as string, verdict: 'clean', names: [] }] : [],
  );

const bare = (id: string): string => id.replace(/^<|>$/g, '');

function recipientsOf(given: Attributes, at: number): Recipient[] {
  const map = given.recipientMap ? Object.entries(given.recipientMap) : [['', given.recipient] as const];
  const status = given.messageStatus;
  const all = map.flatMap(([mid, addresses]) =>
    addresses.map((address) => ({
      address,
      status: status[mid] ?? status[''] ?? Object.values(status).at(-1) ?? '',
    })),
  );
  const latest = new Map(all.map((one) => [one.address, one]));
  return [...latest.values()].map(({ address, status: said }, rid) => ({
    rid,
    address,
    state: stateOf(said),
    at,
    text: said,
  }));
}

/** A row of ours; undefined for one without MID or time. `host` where the row names none. */
export function rowOf(given: Attributes, host: string): TrackRow | undefined {
  const mid = given.mid.at(0);
  const received = timeOf(given.timestamp);
  if (mid === undefined || received === undefined) return undefined;
  const recipients = recipientsOf(given, received);
  const states = [...recipients.map((one) => one.state), ...Object.values(given.messageStatus).map(stateOf)];
  const status = Object.values(given.messageStatus).at(-1) ?? '';
  return {
    host: given.hostName || host,
    serial: given.serialNumber,
    mid,
    icid: given.icid.at(0) ?? 0,
    dcids: given.dcid,
    received,
    direction: given.direction === 'outgoing' ? 'outgoing' : 'incoming',
    sender: given.sender,
    headerFrom: given.friendly_from,
    replyTo: given.replyTo,
    recipients,
    subject: given.subject,
    messageId: bare(Object.values(given.messageID)[0] ?? ''),
    ip: given.senderIp,
    reverseDns: '',
    helo: '',
    senderGroup: given.senderGroup,
    tls: '',
    size: 0,
    attachments: [],
    urls: [],
    verdicts: verdictsOf(Object.values(given.verdictChart).at(-1) ?? ''),
    parse: 'partial',
    state: RANK.find((state) => states.includes(state)) ?? 'processing',
    lastState: status,
  };
}
