/** How a module that is asked over the web asks. */
import type { FieldProblem, Settings, SpecField } from '@sightline/api';
import type { Reply } from '../outbound/send.ts';
import { targetOf } from '../outbound/target.ts';
import type { Asked, Web } from '../outbound/web.ts';
import type { Instance, Limits } from './kind.ts';
import { problem } from './settings.ts';

export interface WebKindDeps {
  /** The way out for a module, by its id. */
  webOf(instanceId: string): Web;
  /** Epoch milliseconds. */
  clock(): number;
}

export type Ask = (
  question: Pick<Asked, 'method' | 'url'> &
    Partial<Pick<Asked, 'headers' | 'body' | 'reads' | 'pin' | 'maxBytes'>>,
) => Promise<Reply>;

/** Requests of one instance within these limits. `reads` unless said otherwise. */
export const asking =
  ({ webOf }: Pick<WebKindDeps, 'webOf'>, instance: Instance, limits: Limits): Ask =>
  (question) =>
    webOf(instance.id).ask({
      reads: true,
      ...question,
      signal: limits.signal,
      timeoutMs: limits.deadlineMs,
      allowance: {
        perMinute: numberOf(instance.settings.limit_per_minute),
        perDay: numberOf(instance.settings.limit_per_day),
      },
      ...(limits.probe ? { probe: true } : {}),
    });

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** What is wrong with an address that was entered. */
export function addressProblem(settings: Settings, key: string): FieldProblem[] {
  try {
    targetOf(String(settings[key]));
    return [];
  } catch (error) {
    return [problem(key, (error as Error).message)];
  }
}

/** Fields of every module that is asked over the web: how often at most. */
export const allowanceFields = (perMinute?: number, perDay?: number): SpecField[] => [
  {
    key: 'limit_per_minute',
    type: 'integer',
    label: 'Requests per Minute',
    group: 'Limits',
    tooltip: 'More are not sent. Leave it empty for no limit.',
    minimum: 1,
    maximum: 100_000,
    ...(perMinute === undefined ? {} : { default_value: perMinute }),
  },
  {
    key: 'limit_per_day',
    type: 'integer',
    label: 'Requests per Day',
    group: 'Limits',
    minimum: 1,
    maximum: 10_000_000,
    ...(perDay === undefined ? {} : { default_value: perDay }),
  },
];

/** Numbered steps of a Quick Start. */
export const steps = (...lines: string[]): string => lines.map((line, i) => `${i + 1}. ${line}`).join('\n');

/** A picture of a kind: two letters on a tile; nobody's trademark. */
export function tile(letters: string, hue: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="hsl(${hue} 45% 38%)"/><text x="20" y="26" text-anchor="middle" font-family="sans-serif" font-size="16" font-weight="600" fill="#fff">${letters}</text></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
