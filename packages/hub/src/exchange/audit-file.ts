/** The audit log as a file that can be read elsewhere, and whose chain can be checked there. */
import { inertCell } from '@sightline/api';
import type { KeptLine } from './audit.ts';

const NAMES = ['seq', 'at', 'actor', 'action', 'object', 'text', 'peer', 'hash'] as const;

/** `audit-2026-05-14.csv` or `.jsonl` */
export const auditFileName = (format: 'csv' | 'json', now: number): string =>
  `audit-${new Date(now).toISOString().slice(0, 10)}.${format === 'csv' ? 'csv' : 'jsonl'}`;

/** Text of the file in portions, one for each page of lines. */
export async function* auditFile(
  pages: AsyncIterable<readonly KeptLine[]>,
  format: 'csv' | 'json',
): AsyncGenerator<string> {
  if (format === 'csv') yield `${NAMES.join(',')}\r\n`;
  const write = format === 'csv' ? csvLine : jsonLine;
  for await (const page of pages) yield page.map(write).join('');
}

const shownAt = (line: KeptLine): string => new Date(line.at).toISOString();

const jsonLine = (line: KeptLine): string =>
  `${JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, name === 'at' ? shownAt(line) : line[name]])))}\n`;

const csvLine = (line: KeptLine): string =>
  `${NAMES.map((name) => cell(name === 'at' ? shownAt(line) : String(line[name]))).join(',')}\r\n`;

/** Always quoted; what a spreadsheet would take for a formula has an apostrophe before it. */
export function cell(text: string): string {
  return `"${inertCell(text).replaceAll('"', '""')}"`;
}
