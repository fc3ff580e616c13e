/** A list of observables, as CSV with or without a header, as judgements. Pure. */
import { DISPOSITIONS, inspect, type Observable, ObservableType, observablesOf } from '@sightline/ctim';
import type { Doc } from '../store.ts';
import { readCsv } from './csv.ts';

const LEVELS = new Set(['Info', 'Low', 'Medium', 'High', 'Critical', 'None', 'Unknown']);

/** Rows that name no observable are left out; what a row does not say is malicious, of medium confidence. */
export function fromList(text: string, source: string): Doc {
  const rows = readCsv(text);
  const header = (rows[0] ?? []).map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const isHeader = header.includes('value') || header.includes('observable');
  const judgements = (isHeader ? rows.slice(1) : rows).flatMap((row) => {
    const by = isHeader
      ? Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))
      : { value: row[0] ?? '' };
    return observablesFrom(by).map((observable) => judgementOf(by, observable, source));
  });
  return { type: 'bundle', source, judgements };
}

function observablesFrom(by: Record<string, string>): Observable[] {
  const value = (by.value ?? by.observable ?? '').trim();
  const type = ObservableType.safeParse(by.type?.trim().toLowerCase());
  if (value === '' || value.startsWith('#')) return [];
  return type.success ? [{ type: type.data, value }] : observablesOf(inspect(value)).slice(0, 1);
}

function judgementOf(by: Record<string, string>, observable: Observable, source: string): Doc {
  const named = Object.entries(DISPOSITIONS).find(
    ([, name]) => name.toLowerCase() === by.disposition?.toLowerCase(),
  );
  const level = (text: string | undefined, fallback: string): string =>
    text && LEVELS.has(text) ? text : fallback;
  const time = (text: string | undefined): string | undefined =>
    text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined;
  const [start_time, end_time] = [time(by.valid_from), time(by.valid_until)];
  return {
    observable,
    source: by.source || source,
    disposition: named ? Number(named[0]) : 2,
    priority: /^\d{1,2}$|^100$/.test(by.priority ?? '') ? Number(by.priority) : 90,
    confidence: level(by.confidence, 'Medium').replace('Critical', 'High'),
    severity: level(by.severity, 'Unknown'),
    ...(by.reason ? { reason: by.reason.slice(0, 1024) } : {}),
    valid_time: { ...(start_time ? { start_time } : {}), ...(end_time ? { end_time } : {}) },
  };
}
