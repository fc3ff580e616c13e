/** Takes a journal report in: it is not relayed, the message in it is tracked as delivered by the host that journaled it. */
import type { FlowPolicy } from '@sightline/api';
import { acceptedEvents, type Draft, type Head } from '../queue/message.ts';
import { domainOf } from '../queue/route.ts';
import { type Content, read } from '../queue/spool.ts';
import type { Store } from '../queue/store.ts';
import type { Scanned } from '../scan/scanned.ts';
import { type Fault, nextDelimiter, type Report, readReport } from './report.ts';

export interface JournalParts {
  store: Store;
  /** Reads a message; never fails. */
  scan(content: Content): Promise<Scanned>;
  /** Whether mail to that address is incoming. */
  ours(address: string): boolean;
  clock(): number;
  done(mid: number): void;
}

/** In front of the original: header, and a text with one line for each recipient. */
const MOST_FRONT = 8 * 1024 * 1024;

/** What the envelope of a message says where its client sends journal reports only. */
export const journalOf = ({ journal, recipientsPerMessage }: FlowPolicy): Pick<Head, 'journal'> =>
  journal ? { journal: { recipients: recipientsPerMessage } } : {};

/** When it returns without a fault, the events are on the disk. With one nothing was written. */
export async function takeReport(
  parts: JournalParts,
  { head, content }: { head: Head; content: Content },
): Promise<Fault | undefined> {
  const report = await openReport(content, head.journal?.recipients ?? 0);
  if ('fault' in report) return report;
  const { store, clock, done } = parts;
  const found = await parts.scan(report.original);
  const inner = innerHead(parts, head, report);
  const { start, end } = report.original;
  const examined = { found: named(found, report), results: [] };
  await store.commit(() => {
    store.emit(acceptedEvents(inner, end - start, examined, deliveredEvents(inner)));
    // Nobody gets it: the row only says that the file can go.
    store.insert({
      head: { ...head, recipients: [] },
      size: content.end - content.start,
      now: clock(),
      domain: domainOf,
    });
    store.abandon(head.mid);
  });
  done(head.mid);
  return undefined;
}

/** The original as a place in the report's file. */
async function openReport(content: Content, most: number): Promise<(Report & { original: Content }) | Fault> {
  const report = readReport(await frontOf(content), most);
  if ('fault' in report) return report;
  const end = await endOf(content, report);
  if (end === undefined || end <= report.start) return { fault: 'the original message is not complete' };
  const { path, start, bytes } = content;
  const original: Content = { path, start: start + report.start, end: start + end };
  return {
    ...report,
    original: bytes ? { ...original, bytes: bytes.subarray(report.start, end) } : original,
  };
}

async function frontOf(content: Content): Promise<Buffer> {
  if (content.bytes) return content.bytes.subarray(0, MOST_FRONT);
  const end = Math.min(content.end, content.start + MOST_FRONT);
  const chunks: Buffer[] = [];
  for await (const chunk of read({ ...content, end })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Where in the content the original ends; undefined where no delimiter comes. */
async function endOf(content: Content, { start, delimiter }: Report): Promise<number | undefined> {
  // The line end in front of an empty original is that of its part's header.
  let at = start - 2;
  if (content.bytes) return placed(nextDelimiter(content.bytes, at, delimiter));
  // What may be the beginning of a delimiter, with what shows that it is whole.
  const keep = delimiter.length + 4;
  let rest = Buffer.alloc(0);
  for await (const chunk of read({ ...content, start: content.start + at })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    const place = nextDelimiter(rest, 0, delimiter);
    if (place >= 0 && place + keep <= rest.length) return at + place;
    const gone = Math.max(0, rest.length - keep);
    rest = rest.subarray(gone);
    at += gone;
  }
  const place = placed(nextDelimiter(rest, 0, delimiter));
  return place === undefined ? undefined : at + place;
}

const placed = (place: number): number | undefined => (place < 0 ? undefined : place);

function innerHead({ ours }: JournalParts, head: Head, { sender, recipients }: Report): Head {
  return {
    ...head,
    sender,
    recipients: recipients.map((address, rid) => ({ rid, address })),
    direction: recipients.some(ours) ? 'incoming' : 'outgoing',
  };
}

/** The report has a subject and a Message-ID too, for an original that cannot be read. */
const named = (found: Scanned, { subject, messageId }: Report): Scanned => ({
  ...found,
  subject: found.subject || subject,
  messageId: found.messageId || messageId,
});

function deliveredEvents({ mid, at, recipients, reverseDns, ip }: Head): Draft[] {
  const reply = { code: 0, status: '', text: `journaled by ${reverseDns || ip}` };
  return [
    ...recipients.map(({ rid }): Draft => ({ type: 'delivered', at, mid, dcid: 0, rid, reply })),
    { type: 'finished', at, mid },
  ];
}
