/** Writes down what came of an attempt; a permanent failure becomes a report to the sender in the same transaction. */
import type { Config } from '@sightline/api';
import type { Contact } from './deliver.ts';
import { type Report, readHeader, renderReport, reportFrom, reportId, reportSubject } from './dsn.ts';
import type { Figures } from './figures.ts';
import type { Job } from './lanes.ts';
import { acceptedEvents, type Draft, type Head } from './message.ts';
import { domainOf } from './route.ts';
import type { Outcome } from './schedule.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface SettleParts {
  store: Store;
  spool: Spool;
  figures: Figures;
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
  const { store, spool, figures } = parts;
  const now = parts.clock();
  const failed = outcomes.filter((one) => one.kind === 'bounced');
  const report =
    failed.length > 0 && job.sender !== '' ? await writeReport(parts, job, failed, now) : undefined;
  let finished = false;
  try {
    await store.commit(() => {
      finished = record(store, job, outcomes, contact, now);
      if (report) insertReport(store, report, now);
    });
  } catch (error) {
    if (report) await spool.remove(report.head.mid).catch(() => undefined);
    throw error;
  }
  for (const one of outcomes) figures.count(one.kind);
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
  const rids = outcomes.map((one) => one.rid);
  const attempt: Draft[] = contact ? [{ type: 'attempt', at, mid, rids, ...contact }] : [];
  store.emit([...attempt, ...outcomes.map((one) => outcomeEvent(mid, one, contact?.dcid ?? 0, at))]);
  let finished = false;
  for (const [i, one] of outcomes.entries()) {
    const attempts = (job.recipients[i]?.attempts ?? 0) + 1;
    if (one.kind === 'deferred') store.postpone(mid, one.rid, attempts, one.retryAt);
    else finished = store.settle(mid, one.rid) || finished;
  }
  if (finished) store.emit([{ type: 'finished', at, mid }]);
  return finished;
}

function outcomeEvent(mid: number, { rid, kind, reply, retryAt }: Outcome, dcid: number, at: number): Draft {
  if (kind === 'deferred') return { type: 'deferred', at, mid, dcid, rid, reply, retryAt };
  return { type: kind, at, mid, dcid, rid, reply };
}

export interface Written {
  head: Head;
  size: number;
  report: Report;
}

/** Writes the report's file. */
export async function writeReport(
  parts: Pick<SettleParts, 'store' | 'spool'> & { config(): { hostname: string } },
  job: Pick<Job, 'mid' | 'sender' | 'received'> & { recipients: Head['recipients'] },
  failed: Pick<Outcome, 'rid' | 'reply'>[],
  at: number,
): Promise<Written> {
  const { store, spool, config } = parts;
  const mid = store.next('mid');
  const hostname = config().hostname;
  const address = (rid: number): string => job.recipients.find((one) => one.rid === rid)?.address ?? '';
  const report: Report = {
    mid,
    hostname,
    to: job.sender,
    at,
    arrived: job.received,
    failed: failed.map(({ rid, reply }) => ({ address: address(rid), reply })),
    // The report goes out even when nothing of the message can be shown any more.
    header: await spool.open(job.mid).then(readHeader, () => Buffer.alloc(0)),
  };
  const head = reportHead(report);
  const bytes = renderReport(report);
  const writer = await spool.create(head);
  try {
    await writer.write(bytes);
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return { head, size: bytes.length, report };
}

const reportHead = ({ mid, at, to, hostname }: Report): Head => ({
  mid,
  icid: 0,
  at,
  direction: 'outgoing',
  sender: '',
  recipients: [{ rid: 0, address: to }],
  ip: '',
  reverseDns: '',
  helo: hostname,
  senderGroup: '',
  tls: '',
});

/** Inside the transaction. */
export function insertReport(store: Store, { head, size, report }: Written, now: number): void {
  store.insert({ head, size, now, domain: domainOf });
  const found = {
    subject: reportSubject,
    messageId: reportId(report),
    headerFrom: [reportFrom(report.hostname)],
    replyTo: [],
    attachments: [],
    urls: [],
    parse: 'complete' as const,
    hops: 0,
  };
  store.emit(acceptedEvents(head, size, { found, results: [] }));
}
