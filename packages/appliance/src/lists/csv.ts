/** Lists as CSV, out and in. Pure. */
import {
  cellText,
  fail,
  inertCell,
  type ListItem,
  ListKind,
  ListName,
  listHint,
  listValue,
} from '@sightline/api';
import { type Entry, shown } from './store.ts';

const COLUMNS = ['list', 'kind', 'value', 'reason', 'expires', 'actor', 'source', 'created'] as const;

/** A cell that a spreadsheet would take for a formula is given as text. */
function cell(value: string): string {
  const inert = inertCell(value);
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export function toCsv(entries: readonly Entry[]): string {
  const rows = entries.map(shown).map((entry) => COLUMNS.map((name) => cell(String(entry[name] ?? ''))));
  return [[...COLUMNS], ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

export interface Imported {
  list: ListName;
  item: ListItem & { value: string };
  reason: string;
  /** Epoch milliseconds. */
  expires: number | null;
}

/** Entries of a CSV with a header line. Throws `invalid_input` with every line that is wrong. */
export function fromCsv(text: string, reason: string): Imported[] {
  const [head = [], ...rows] = parse(text);
  const at = (name: string): number => head.findIndex((one) => one.trim().toLowerCase() === name);
  if (at('kind') < 0 || at('value') < 0)
    throw fail('bad_request', { reason: 'the first line must name the columns kind and value' });
  const problems: { path: string; message: string }[] = [];
  const entries = rows.flatMap((row, i): Imported[] => {
    const of = (name: string): string => cellText(row[at(name)] ?? '').trim();
    const read = entry(of, reason);
    if (typeof read !== 'string') return [read];
    problems.push({ path: `line ${i + 2}`, message: read });
    return [];
  });
  if (problems.length > 0) throw fail('invalid_input', {}, { fields: problems.slice(0, 100) });
  return entries;
}

function entry(of: (name: string) => string, given: string): Imported | string {
  const list = ListName.safeParse(of('list') || 'block');
  if (!list.success) return 'The list is block or safe.';
  const kind = ListKind.safeParse(of('kind'));
  if (!kind.success) return `The kind is one of ${ListKind.options.join(', ')}.`;
  const value = listValue(kind.data, of('value'));
  if (value === undefined) return listHint(kind.data);
  const expires = of('expires') === '' ? null : Date.parse(of('expires'));
  if (Number.isNaN(expires)) return 'The time is not one such as 2026-01-31T12:00:00Z.';
  const reason = (of('reason') || given).slice(0, 500);
  return { list: list.data, item: { kind: kind.data, value }, reason, expires };
}

/** Rows of RFC 4180; lines may end with LF alone, empty ones are left out. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const end = (): void => {
    row.push(field);
    field = '';
  };
  const line = (): void => {
    end();
    if (row.some((one) => one !== '')) rows.push(row);
    row = [];
  };
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted && c === '"' && text[i + 1] === '"') {
      field += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (quoted) field += c;
    else if (c === ',') end();
    else if (c === '\n') line();
    else if (c !== '\r') field += c;
  }
  line();
  return rows;
}
