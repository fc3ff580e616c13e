/** Search results as CSV (RFC 4180): every cell quoted, and none that a spreadsheet would take for a formula. */
import { inertCell, type SearchAnswer, type SearchInput, type TrackRow } from '@sightline/api';
import { oneLine } from './sentence.ts';

const COLUMNS: readonly (readonly [title: string, cell: (row: TrackRow) => string])[] = [
  ['Received', (r) => new Date(r.received).toISOString()],
  ['Host', (r) => r.host],
  ['Serial', (r) => r.serial],
  ['MID', (r) => String(r.mid)],
  ['ICID', (r) => String(r.icid)],
  ['DCID', (r) => r.dcids.join(' ')],
  ['Direction', (r) => r.direction],
  ['Envelope Sender', (r) => r.sender],
  ['From', (r) => r.headerFrom.join('; ')],
  ['Reply-To', (r) => r.replyTo.join('; ')],
  ['Envelope Recipients', (r) => r.recipients.map((to) => to.address).join('; ')],
  ['Subject', (r) => r.subject],
  ['Message-ID', (r) => r.messageId],
  ['Sender IP', (r) => r.ip],
  ['Reverse DNS', (r) => r.reverseDns],
  ['Sender Group', (r) => r.senderGroup],
  ['Size', (r) => String(r.size)],
  ['Attachments', (r) => r.attachments.map((a) => a.name).join('; ')],
  ['SHA-256', (r) => r.attachments.map((a) => a.sha256).join(' ')],
  ['State', (r) => r.state],
  ['Last State', (r) => r.lastState],
];

/** The header line and one line a row, ending in CRLF; in chunks of about a hundred lines. */
export async function* csv(rows: AsyncIterable<TrackRow> | Iterable<TrackRow>): AsyncGenerator<string> {
  let chunk = record(COLUMNS.map(([title]) => title));
  let lines = 1;
  for await (const row of rows) {
    chunk += record(COLUMNS.map(([, cell]) => cell(row)));
    if (++lines % 100 === 0) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk) yield chunk;
}

const record = (cells: string[]): string => `${cells.map(quote).join(',')}\r\n`;

/** Cells that begin like a formula get an apostrophe before them (OWASP: CSV injection). */
function quote(cell: string): string {
  return `"${oneLine(inertCell(cell)).replaceAll('"', '""')}"`;
}

/** Every row of a search, page by page; what is asked in between is answered in between. */
export async function* everyRow(
  search: (question: SearchInput) => Promise<SearchAnswer>,
  question: SearchInput,
): AsyncGenerator<TrackRow> {
  let cursor = question.cursor;
  do {
    const page = await search({ ...question, limit: 1000, ...(cursor ? { cursor } : {}) });
    yield* page.rows;
    cursor = page.cursor;
  } while (cursor);
}
