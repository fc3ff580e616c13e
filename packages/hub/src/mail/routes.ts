/** The organisation's mail over HTTP: every appliance is asked at once, and one that fails says so for itself. */
import {
  type AskedDevice,
  MailSeries,
  type MessageEvent,
  mailMessages,
  mailOverview,
  type Range,
  SERIES_EVENTS,
  type TopAnswer,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { type ByHour, ranked, summed } from './sum.ts';

type MailDeps = Pick<Deps, 'ask' | 'devices' | 'clock'>;

const DAY_MS = 86_400_000;
const DEADLINE_MS = 10_000;
/** Lines of a list of the overview. */
const LISTED = 8;
/** Values that each appliance is asked for, so that what is common over all is among them. */
const RANKED = 50;
/** Messages with the same subject that make it worth a look. */
const CAMPAIGN = 3;

/** Whatever makes a recipient a target. */
const BAD: MessageEvent[] = [...new Set(Object.values(SERIES_EVENTS).flat())];

export function mailRoutes(on: Mount<Caller>, deps: MailDeps): void {
  on(mailOverview, async ({ caller, query, c }) => {
    const to = deps.clock();
    const range = { from: to - query.days * DAY_MS, to };
    const { reason, devices, answers } = await everyDevice(deps, caller.orgId, (id) =>
      overviewOf(deps, caller.orgId, id, range, c.req.raw.signal),
    );
    return {
      ...range,
      ...summed(answers.map(({ answer }) => answer.byHour)),
      targets: ranked(
        answers.map(({ answer }) => answer.targets),
        'recipient',
        LISTED,
        1,
      ),
      campaigns: ranked(
        answers.map(({ answer }) => answer.subjects),
        'subject',
        LISTED,
        CAMPAIGN,
      ),
      devices,
      reason,
    };
  });
  on(mailMessages, async ({ caller, body, c }) => {
    const { range, series, recipient, limit } = body;
    const search = { range, events: [...SERIES_EVENTS[series]], limit };
    const question = {
      verb: 'search' as const,
      body: { ...narrowed(search), ...(recipient ? { recipient } : {}) },
    };
    const limits = { deadlineMs: DEADLINE_MS, signal: c.req.raw.signal };
    const { reason, devices, answers } = await everyDevice(deps, caller.orgId, (id) =>
      deps.ask(caller.orgId, id, question, limits),
    );
    const rows = answers.flatMap(({ name, answer }) => answer.rows.map((row) => ({ device: name, row })));
    rows.sort((a, b) => b.row.received - a.row.received);
    return { rows, total: answers.reduce((sum, { answer }) => sum + answer.total, 0), devices, reason };
  });
}

/** A list of events that is empty would find nothing. */
const narrowed = <S extends { events: MessageEvent[] }>({ events, ...rest }: S) =>
  events.length > 0 ? { ...rest, events } : rest;

interface Overview {
  byHour: ByHour;
  targets: TopAnswer;
  subjects: TopAnswer;
}

async function overviewOf(
  { ask }: MailDeps,
  orgId: string,
  device: string,
  range: Range,
  signal: AbortSignal,
): Promise<Overview> {
  const limits = { deadlineMs: DEADLINE_MS, signal };
  const hours = async (series: MailSeries) => {
    const body = narrowed({ range, events: [...SERIES_EVENTS[series]] });
    return [series, await ask(orgId, device, { verb: 'histogram', body }, limits)] as const;
  };
  const top = (field: 'recipient' | 'subject', events: MessageEvent[]) => {
    const body = {
      ...narrowed({ range, events }),
      direction: 'incoming' as const,
      fields: [field],
      most: RANKED,
    };
    return ask(orgId, device, { verb: 'top', body }, limits);
  };
  const [targets, subjects, ...series] = await Promise.all([
    top('recipient', BAD),
    top('subject', []),
    ...MailSeries.options.map(hours),
  ]);
  return { byHour: Object.fromEntries(series) as ByHour, targets, subjects };
}

/** Asks all appliances that are there; what one of them failed with is beside its name. */
async function everyDevice<A>(
  { devices: usable }: MailDeps,
  orgId: string,
  ask: (deviceId: string) => Promise<A>,
): Promise<{ reason: string; devices: AskedDevice[]; answers: { name: string; answer: A }[] }> {
  const { devices, reason } = await usable(orgId);
  const settled = await Promise.allSettled(devices.map(({ id }) => ask(id)));
  const answers: { name: string; answer: A }[] = [];
  const asked = devices.map(({ id, name }, i): AskedDevice => {
    const one = settled[i];
    if (one?.status === 'fulfilled') answers.push({ name, answer: one.value });
    const problem = one?.status === 'rejected' ? (one.reason as Error).message : '';
    return { id, name, problem };
  });
  return { reason, devices: asked, answers };
}
