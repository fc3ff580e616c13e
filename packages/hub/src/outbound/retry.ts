/** When a question may be asked again, and when not before. Pure but for the budget's own memory. */
import { Fault } from '@sightline/api';
import type { Reply } from './send.ts';

/** The longest that a server may put us off. */
const LONGEST_MS = 10 * 60_000;
/** Where a server that is asked too often does not say until when. */
const UNSAID_MS = 5000;
const RETRIED = new Set([502, 503, 504]);

/** Milliseconds that Retry-After asks for (RFC 9110 10.2.3: seconds or a date); undefined when it says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(LONGEST_MS, Number(text) * 1000);
  const at = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(LONGEST_MS, Math.max(0, at - now));
}

/** How long a server that answered 429 is left alone. */
export const pauseMs = (reply: Reply, now: number): number =>
  retryAfterMs(reply.headers['retry-after'], now) ?? UNSAID_MS;

/** Whether the same reading question may do better at once: no connection, or a gateway's trouble. */
export const mayRetry = (result: Reply | unknown): boolean =>
  result instanceof Fault
    ? result.code === 'connection_error'
    : RETRIED.has((result as Partial<Reply> | undefined)?.status ?? 0);

/** Full jitter: anywhere up to a third of a second, or what the server asks for and no less. */
export const waitMs = (reply: Reply | undefined, now: number, random: () => number): number =>
  (retryAfterMs(reply?.headers['retry-after'], now) ?? 0) + random() * 300;

/** One retry for every ten questions; a few are there from the start. */
export function budget(): { asked(): void; take(): boolean } {
  let left = 3;
  return {
    asked: () => {
      left = Math.min(10, left + 0.1);
    },
    take: () => {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
