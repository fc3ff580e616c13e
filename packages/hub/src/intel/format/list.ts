/** A list of observables, as CSV with or without a header, as judgements. Pure. */
import { DISPOSITIONS, inspect, type Observable, ObservableType, observablesOf } from '@sightline/ctim';
import type { Doc } from '../store.ts';
import { readCsv } from './csv.ts';

const LEVELS = new Set(['Info', 'Low', 'Medium', 'High', 'Critical', 'None', 'Unknown']);

/** A row that names no observable is one without, which the store then refuses by its number; what a row does not say is malicious, of medium confidence. */
export function fromList(text: string, source: string): Doc {
  const rows = readCsv(text);
  const header = (rows[0] ?? []).map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const isHeader = header.includes('value') || header.includes('observable');
  const judgements = (isHeader ? rows.slice(1) : rows).flatMap((row, at): Doc[] => {
    const by = isHeader
      ? Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))
      : { value: row[0] ?? '' };
    if ((row[0] ?? '').startsWith('#')) return [];
    const found = observableFrom(by);
    return [
      found ? judgementOf(by, found, source) : { id: `transient:row ${at + (isHeader ? 2 : 1)}`, source },
    ];
  });
  return { type: 'bundle', source, judgements };
}

const HOST = /^(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/i;

/** By its type where the row has one, else by its looks; a name under a made-up top level is a domain too. */
function observableFrom(by: Record<string, string>): Observable | undefined {
  const value = (by.value ?? by.observable ?? '').trim();
  if (value === '') return undefined;
  const type = ObservableType.safeParse(by.type?.trim().toLowerCase());
  if (type.success) return { type: type.data, value };
  const [found] = observablesOf(inspect(value));
  return found ?? (HOST.test(value) ? { type: 'domain', value: value.toLowerCase() } : undefined);
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
