/** A report of VirusTotal (v3 objects `file`, `domain`, `ip_address`, `url`) to CTIM. Pure. */
import { type Disposition, isoTime, type Observable } from '@sightline/ctim';
import { z } from 'zod';
import { judgement, type Speaker, sighting, verdict } from '../entity.ts';

const count = z.number().catch(0).default(0);
const Stats = z.looseObject({ malicious: count, suspicious: count, harmless: count, undetected: count });
type Stats = z.infer<typeof Stats>;
const Engine = z.looseObject({ category: z.string(), result: z.string().nullish() });

export const Report = z.looseObject({
  data: z.looseObject({
    id: z.string(),
    attributes: z.looseObject({
      last_analysis_stats: Stats.optional(),
      /** Epoch seconds. */
      last_analysis_date: z.number().optional(),
      last_analysis_results: z.record(z.string(), Engine).optional(),
    }),
  }),
});
export type Report = z.infer<typeof Report>;

const SECTIONS: Partial<Record<Observable['type'], string>> = {
  md5: 'files',
  sha1: 'files',
  sha256: 'files',
  domain: 'domains',
  ip: 'ip_addresses',
  ipv6: 'ip_addresses',
  url: 'urls',
};
export const TYPES = Object.keys(SECTIONS) as Observable['type'][];

/** Path of the object that is about an observable; URLs go by their unpadded base64url. */
export const pathOf = ({ type, value }: Observable): string =>
  `/${SECTIONS[type]}/${type === 'url' ? Buffer.from(value).toString('base64url') : encodeURIComponent(value)}`;

const PAGES: Partial<Record<Observable['type'], string>> = {
  domain: 'domain',
  ip: 'ip-address',
  ipv6: 'ip-address',
};

/** The page for people. */
export const pageOf = ({ type, value }: Observable): string => {
  if (type === 'url')
    return `https://www.virustotal.com/gui/search/${encodeURIComponent(encodeURIComponent(value))}`;
  return `https://www.virustotal.com/gui/${PAGES[type] ?? 'file'}/${encodeURIComponent(value)}`;
};

function dispositionOf({ malicious, suspicious }: Stats, from: number): Disposition {
  if (malicious >= from) return 2;
  return malicious + suspicious > 0 ? 3 : 5;
}

/** `now` where the report does not say when it was made. */
export function entitiesOf(
  report: Report,
  { observable, speaker, from, now }: { observable: Observable; speaker: Speaker; from: number; now: number },
): Record<string, unknown[]> {
  const {
    last_analysis_stats: stats,
    last_analysis_date: date,
    last_analysis_results,
  } = report.data.attributes;
  if (!stats) return {};
  const at = date === undefined ? now : date * 1000;
  const all = stats.malicious + stats.suspicious + stats.harmless + stats.undetected;
  const reason = `${stats.malicious} of ${all} engines call it malicious, ${stats.suspicious} suspicious`;
  const link = pageOf(observable);
  const opinion = judgement(speaker, {
    observable,
    disposition: dispositionOf(stats, from),
    reason,
    link,
    at,
  });
  const against = Object.entries(last_analysis_results ?? {}).filter(([, engine]) =>
    ['malicious', 'suspicious'].includes(engine.category),
  );
  if (opinion.disposition === 5) return { verdicts: [verdict(opinion)], judgements: [opinion] };
  const seen = sighting(speaker, {
    key: [observable.type, observable.value, isoTime(at)],
    title: `Analysis of VirusTotal: ${stats.malicious} of ${all}`,
    description: reason,
    observables: [observable],
    from: at,
    count: Math.max(1, stats.malicious),
    link,
    internal: false,
    confidence: 'High',
    severity: opinion.severity,
    more: { data: tableOf(against) },
  });
  return { verdicts: [verdict(opinion)], judgements: [opinion], sightings: [seen] };
}

const tableOf = (engines: [string, z.infer<typeof Engine>][]) => ({
  columns: ['Engine', 'Category', 'Result'].map((name) => ({ name, type: 'string' as const })),
  rows: engines.map(([name, { category, result }]) => [name, category, result ?? '']),
  row_count: engines.length,
});
