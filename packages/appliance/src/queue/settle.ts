/** Writes down what came of an attempt; what the sender is told goes into the queue in the same transaction. */
import type { Config } from '@sightline/api';
import type { Contact } from './deliver.ts';
import type { About, Action } from './dsn.ts';
import type { Figures } from './figures.ts';
import type { Job } from './lanes.ts';
import type { Draft, Dsn } from './message.ts';
import { insertReport, type Written, writeReport } from './report.ts';
import { bouncingOf } from './route.ts';
import type { Outcome } from './schedule.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';
import type { Tally } from './tally.ts';
import { actionFor } from './told.ts';

export interface SettleParts {
  store: Store;
  spool: Spool;
  figures: Figures;
  tally: Tally;
  config(): Config;
  clock(): number;
  /** A message has nothing left to do: its file can go. */
  done(mid: number): void;
  /** Something was committed. */
  changed(): void;
}

export async function settle(
  parts: SettleParts,
  job: Job,
  outcomes: Outcome[],
  contact: Contact | undefined,
): Promise<void> {
  const { store, spool, figures, tally } = parts;
  const now = parts.clock();
  const reports = await writeReports(parts, job, outcomes, contact, now);
  let finished = false;
  try {
    await store.commit(() => {
      finished = record(store, job, outcomes, contact, now);
      for (const one of reports) {
        insertReport(store, one);
        if (one.report.about[0]?.action === 'delayed') markWarned(store, job, outcomes);
      }
    });
  } catch (error) {
    for (const one of reports) await spool.remove(one.head.mid).catch(() => undefined);
    throw error;
  }
  for (const [i, one] of outcomes.entries()) {
    figures.count(one.kind);
    tally.count(job.recipients[i]?.domain ?? '', one.kind, one.reply);
  }
  if (finished) parts.done(job.mid);
  parts.changed();
}

/** Inside the transaction: state and events; returns whether the message is done. */
function record(
  store: Store,
  job: Job,
  outcomes: Outcome[],
  contact: Contact | undefined,
  at: number,
): boolean {
  const { mid } = job;
  let finished = false;
  for (const one of outcomes) {
    if (one.kind === 'deferred') store.postpone(mid, one.rid, one.attempts, one.retryAt, one.reply);
    else finished = store.settle(mid, one.rid) || finished;
  }
  store.emit([
    ...(contact ? [attemptEvent(mid, outcomes, contact, at)] : []),
    ...outcomes.map((one) => outcomeEvent(mid, one, contact?.dcid ?? 0, at)),
    ...(finished ? [{ type: 'finished', at, mid } as const] : []),
  ]);
  return finished;
}

const attemptEvent = (
  mid: number,
  outcomes: Outcome[],
  { dcid, host, port, ip, tls }: Contact,
  at: number,
): Draft => ({
  type: 'attempt',
  at,
  mid,
  rids: outcomes.map((one) => one.rid),
  dcid,
  host,
  port,
  ip,
  tls,
});

function outcomeEvent(mid: number, { rid, kind, reply, retryAt }: Outcome, dcid: number, at: number): Draft {
  if (kind === 'deferred') return { type: 'deferred', at, mid, dcid, rid, reply, retryAt };
  return { type: kind, at, mid, dcid, rid, reply };
}

function markWarned(store: Store, { mid }: Job, outcomes: Outcome[]): void {
  for (const one of outcomes) if (one.late) store.warn(mid, one.rid);
}

/** One report for each thing that there is to tell. */
async function writeReports(
  parts: SettleParts,
  job: Job,
  outcomes: Outcome[],
  contact: Contact | undefined,
  at: number,
): Promise<Written[]> {
  if (job.sender === '' || job.quiet) return [];
  const delivered = outcomes.every((one) => one.kind === 'delivered');
  const dsn = delivered ? job.dsn : await wishes(parts, job.mid);
  if (delivered && !dsn) return [];
  const kinds = new Map<Action, About[]>();
  for (const [i, outcome] of outcomes.entries()) {
    const about = aboutOf(parts, job, i, outcome, dsn, contact);
    if (about) kinds.set(about.action, [...(kinds.get(about.action) ?? []), about]);
  }
  const written: Written[] = [];
  const { mid, sender, received } = job;
  for (const about of kinds.values()) {
    const subject = { mid, sender, received, about, at };
    written.push(await writeReport({ ...parts, hostname: parts.config().hostname }, subject));
  }
  return written;
}

const wishes = ({ spool }: SettleParts, mid: number): Promise<Dsn | undefined> =>
  spool.open(mid).then(
    ({ head }) => head.dsn,
    () => undefined,
  );

function aboutOf(
  { config }: SettleParts,
  { sender, quiet, received, recipients }: Job,
  i: number,
  outcome: Outcome,
  dsn: Dsn | undefined,
  contact: Contact | undefined,
): About | undefined {
  const recipient = recipients[i];
  if (!recipient) return undefined;
  const bouncing = bouncingOf(config(), recipient.domain);
  const passedOn = contact?.dsn ?? false;
  const action = actionFor(outcome, { sender, quiet, dsn, bouncing, passedOn });
  if (!action) return undefined;
  const original = dsn?.recipients?.find((one) => one.rid === outcome.rid)?.orcpt;
  return {
    address: recipient.address,
    reply: outcome.reply,
    action,
    ...(original ? { original } : {}),
    remote: contact?.host ?? '',
    ...(action === 'delayed' ? { until: received + bouncing.giveUpSeconds * 1000 } : {}),
  };
}
