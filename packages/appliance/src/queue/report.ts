/** Puts a report about a message into the queue, as a message of its own. */
import type { Relation } from '@sightline/api';
import {
  type About,
  type Action,
  isUtf8,
  type Report,
  renderReport,
  reportFrom,
  reportId,
  reportSubject,
  returned,
} from './dsn.ts';
import { acceptedEvents, type Draft, type Head } from './message.ts';
import { domainOf } from './route.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface ReportParts {
  store: Store;
  spool: Spool;
  hostname: string;
}

/** Complete on the disk, not in the queue yet. */
export interface Written {
  /** The message that it is about. */
  of: number;
  head: Head;
  size: number;
  report: Report;
}

/** What it is about; the message's file may be gone. */
export interface Subject {
  mid: number;
  sender: string;
  received: number;
  about: About[];
  at: number;
}

export async function writeReport(
  { store, spool, hostname }: ReportParts,
  { mid: of, sender, received, about, at }: Subject,
): Promise<Written> {
  const mid = store.next('mid');
  const opened = await spool.open(of).catch(() => undefined);
  const dsn = opened?.head.dsn;
  const report: Report = {
    mid,
    hostname,
    to: sender,
    at,
    arrived: received,
    about,
    ...(dsn?.envid ? { envid: dsn.envid } : {}),
    // The report goes out even when nothing of the message can be shown any more. Only failures return all of it.
    returned: opened
      ? await returned(opened, about[0]?.action === 'failed' ? dsn?.ret : 'HDRS')
      : { full: false, bytes: Buffer.alloc(0) },
  };
  const bytes = renderReport(report);
  const head = reportHead(report, bytes);
  const writer = await spool.create(head);
  try {
    await writer.write(bytes);
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return { of, head, size: bytes.length, report };
}

const reportHead = (report: Report, bytes: Buffer): Head => ({
  mid: report.mid,
  icid: 0,
  at: report.at,
  direction: 'outgoing',
  sender: '',
  recipients: [{ rid: 0, address: report.to }],
  ip: '',
  reverseDns: '',
  helo: report.hostname,
  senderGroup: '',
  tls: '',
  ...(bytes.some((byte) => byte > 0x7f) ? { body: '8bitmime' as const } : {}),
  ...(isUtf8(report) ? { smtputf8: true } : {}),
});

const RELATION: Record<Action, Relation> = {
  failed: 'bounce',
  delayed: 'delay',
  delivered: 'receipt',
  relayed: 'receipt',
};

/** Inside the transaction that writes what it reports. */
export function insertReport(store: Store, { of, head, size, report }: Written): void {
  const { at, mid } = head;
  store.insert({ head, size, now: store.reportAt(report.to, at), domain: domainOf });
  const found = {
    subject: reportSubject(report),
    messageId: reportId(report),
    headerFrom: [reportFrom(report.hostname)],
    replyTo: [],
    attachments: [],
    urls: [],
    parse: 'complete' as const,
    hops: 0,
  };
  const relation = RELATION[report.about[0]?.action ?? 'failed'];
  const related = (one: number): Draft => ({ type: 'related', at, mid: one, from: of, into: mid, relation });
  store.emit([...acceptedEvents(head, size, { found, results: [] }), related(mid), related(of)]);
}
