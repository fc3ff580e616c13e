/** Stops asking what keeps failing, and tries it again after a while. Pure but for its own memory. */

export type Outcome = 'ok' | 'failed' | 'neither';

export interface Breaker {
  /** Undefined when it may not be asked now; else the way to say how it went. `probe` asks also while it is open. */
  enter(now: number, probe?: boolean): ((outcome: Outcome, now: number) => void) | undefined;
  /** Epoch milliseconds until which nothing is asked; 0 while all is well. */
  openUntil(): number;
}

const WINDOW_MS = 60_000;
const ENOUGH = 20;
const IN_A_ROW = 5;
const FIRST_MS = 30_000;
const LONGEST_MS = 10 * 60_000;

/**
 * Opens at half of at least 20 calls in a minute failed, or five in a row. One call probes after 30 s; while it
 * fails the time doubles, up to ten minutes.
 */
export function breaker(): Breaker {
  let past: { at: number; ok: boolean }[] = [];
  let row = 0;
  let until = 0;
  let pause = FIRST_MS;
  let probing = false;

  const close = (): void => {
    [past, row, until, pause] = [[], 0, 0, FIRST_MS];
  };
  const open = (now: number, next: number): void => {
    [until, pause, past, row] = [now + pause, next, [], 0];
  };
  const count = (outcome: Outcome, now: number): void => {
    if (outcome === 'neither' || until > 0) return;
    past = [...past.filter((one) => now - one.at < WINDOW_MS), { at: now, ok: outcome === 'ok' }];
    row = outcome === 'ok' ? 0 : row + 1;
    const failed = past.filter((one) => !one.ok).length;
    if (row >= IN_A_ROW || (past.length >= ENOUGH && failed * 2 >= past.length)) open(now, pause * 2);
  };
  const probe = (outcome: Outcome, now: number): void => {
    probing = false;
    if (outcome === 'ok') close();
    else if (outcome === 'failed') open(now, Math.min(LONGEST_MS, pause * 2));
  };
  return {
    enter(now, forced = false) {
      if (until === 0) return count;
      if (probing || (now < until && !forced)) return undefined;
      probing = true;
      return probe;
    },
    openUntil: () => until,
  };
}
