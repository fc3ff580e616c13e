/** The metrics strip: counts in the order and the words of the product it is compatible with. Pure. */
import type { Observable } from '@sightline/ctim';
import { isHash } from '../kit/observable.ts';
import type { Facts } from './facts.ts';

export type MetricId =
  | 'targets'
  | 'observables'
  | 'indicators'
  | 'domains'
  | 'hashes'
  | 'ips'
  | 'urls'
  | 'modules';

export interface Metric {
  id: MetricId;
  count: number;
  /** `Target` or `Targets`, as the count demands. */
  word: string;
}

const WORDS: [MetricId, one: string, many: string][] = [
  ['targets', 'Target', 'Targets'],
  ['observables', 'Observable', 'Observables'],
  ['indicators', 'Indicator', 'Indicators'],
  ['domains', 'Domain', 'Domains'],
  ['hashes', 'File Hash', 'File Hashes'],
  ['ips', 'IP Address', 'IP Addresses'],
  ['urls', 'URL', 'URLs'],
  ['modules', 'Module', 'Modules'],
];

/** Whether an observable is counted under this metric. */
export function isOf(id: MetricId, { type }: Observable): boolean {
  if (id === 'domains') return type === 'domain';
  if (id === 'hashes') return isHash(type);
  if (id === 'ips') return type === 'ip' || type === 'ipv6';
  if (id === 'urls') return type === 'url';
  return id === 'observables';
}

/** Domains, hashes, addresses and URLs are counted among the observables that were asked about. */
export function metrics(searched: Observable[], known: Facts, modules: number): Metric[] {
  const counts: Partial<Record<MetricId, number>> = {
    targets: known.targets.length,
    indicators: known.indicators.length,
    modules,
  };
  return WORDS.map(([id, one, many]) => {
    const count = counts[id] ?? searched.filter((o) => isOf(id, o)).length;
    return { id, count, word: count === 1 ? one : many };
  });
}

/** `1 Target · 1 Observable · …` */
export const metricsText = (list: Metric[]): string => list.map((m) => `${m.count} ${m.word}`).join(' · ');
