/** The answer to a check of AbuseIPDB (API v2, verbose) to CTIM. Pure. */
import type { Disposition, Observable } from '@sightline/ctim';
import { z } from 'zod';
import { indicator, judgement, relationship, type Speaker, sighting, verdict } from '../entity.ts';

const ReportOf = z.looseObject({
  reportedAt: z.iso.datetime({ offset: true }),
  comment: z.string().nullish(),
  categories: z.array(z.number()).default([]),
  reporterId: z.number().optional(),
});
export const Check = z.looseObject({
  data: z.looseObject({
    ipAddress: z.string(),
    isWhitelisted: z.boolean().nullish(),
    abuseConfidenceScore: z.number(),
    totalReports: z.number(),
    numDistinctUsers: z.number().optional(),
    lastReportedAt: z.iso.datetime({ offset: true }).nullish(),
    reports: z.array(ReportOf).default([]),
  }),
});
export type Check = z.infer<typeof Check>;
type Report = z.infer<typeof ReportOf>;

/** Reports of one address that become sightings, newest first. */
const MOST = 100;

/** As AbuseIPDB numbers them. */
const CATEGORIES: Record<number, string> = {
  1: 'DNS Compromise',
  2: 'DNS Poisoning',
  3: 'Fraud Orders',
  4: 'DDoS Attack',
  5: 'FTP Brute-Force',
  6: 'Ping of Death',
  7: 'Phishing',
  8: 'Fraud VoIP',
  9: 'Open Proxy',
  10: 'Web Spam',
  11: 'Email Spam',
  12: 'Blog Spam',
  13: 'VPN IP',
  14: 'Port Scan',
  15: 'Hacking',
  16: 'SQL Injection',
  17: 'Spoofing',
  18: 'Brute-Force',
  19: 'Bad Web Bot',
  20: 'Exploited Host',
  21: 'Web App Attack',
  22: 'SSH',
  23: 'IoT Targeted',
};
const named = (category: number): string => CATEGORIES[category] ?? `Category ${category}`;

export const pageOf = (ip: string): string => `https://www.abuseipdb.com/check/${encodeURIComponent(ip)}`;

export interface Scores {
  malicious: number;
  suspicious: number;
}

function dispositionOf({ data }: Check, scores: Scores): Disposition {
  if (data.isWhitelisted) return 1;
  if (data.abuseConfidenceScore >= scores.malicious) return 2;
  return data.abuseConfidenceScore >= scores.suspicious ? 3 : 5;
}

export function entitiesOf(
  check: Check,
  {
    observable,
    speaker,
    scores,
    now,
  }: { observable: Observable; speaker: Speaker; scores: Scores; now: number },
): { entities: Record<string, unknown[]>; left: number } {
  const {
    totalReports,
    abuseConfidenceScore: score,
    isWhitelisted,
    numDistinctUsers,
    lastReportedAt,
    reports,
  } = check.data;
  if (totalReports === 0 && !isWhitelisted) return { entities: {}, left: 0 };
  const link = pageOf(observable.value);
  const by = numDistinctUsers === undefined ? '' : ` by ${numDistinctUsers} users`;
  const reason = `Score ${score}, ${totalReports} reports${by}${isWhitelisted ? ', on the whitelist' : ''}`;
  const at = lastReportedAt ? Date.parse(lastReportedAt) : now;
  const opinion = judgement(speaker, {
    observable,
    disposition: dispositionOf(check, scores),
    reason,
    link,
    at,
  });
  const shown = reports.slice(0, MOST);
  const indicators = new Map(
    shown
      .flatMap((report) => report.categories)
      .map((category) => [category, ofCategory(speaker, category, at)]),
  );
  const seen = shown.map((report) => ({ report, sighting: ofReport(speaker, report, observable) }));
  const relationships = seen.flatMap(({ report, sighting: one }) =>
    report.categories.flatMap((category) => {
      const known = indicators.get(category);
      return known ? [relationship(speaker, 'sighting-of', one, known)] : [];
    }),
  );
  return {
    entities: {
      verdicts: [verdict(opinion)],
      judgements: [opinion],
      sightings: seen.map((one) => one.sighting),
      indicators: [...indicators.values()],
      relationships,
    },
    left: Math.max(0, totalReports - shown.length),
  };
}

const ofCategory = (speaker: Speaker, category: number, from: number) =>
  indicator(speaker, {
    key: [category],
    title: named(category),
    from,
    indicator_type: ['IP Watchlist'],
    tags: [named(category)],
  });

const ofReport = (speaker: Speaker, report: Report, observable: Observable) =>
  sighting(speaker, {
    key: [observable.value, report.reportedAt, report.reporterId ?? 0],
    title: `Reported to AbuseIPDB: ${report.categories.map(named).join(', ') || 'no category'}`,
    description: report.comment ?? '',
    observables: [observable],
    from: Date.parse(report.reportedAt),
    link: pageOf(observable.value),
    internal: false,
  });
