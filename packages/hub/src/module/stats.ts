/** How modules do, since this program started. In memory, bounded. */
import type { ModuleStats } from '@sightline/api';
import { isoTime } from '@sightline/ctim';
import type { Problem } from './kind.ts';

export interface Stats {
  note(id: string, ms: number, now: number, problem?: Problem): void;
  of(id: string): Omit<ModuleStats, 'requests'>;
}

const KEPT = 200;

interface Memory {
  asked: number;
  failed: number;
  /** Milliseconds of the last answers, oldest first. */
  times: number[];
  lastAnswer: string | null;
  lastError: ModuleStats['last_error'];
}

export function stats(): Stats {
  const all = new Map<string, Memory>();
  const blank = (): Memory => ({ asked: 0, failed: 0, times: [], lastAnswer: null, lastError: null });
  return {
    note(id, ms, now, problem) {
      const memory = all.get(id) ?? blank();
      all.set(id, memory);
      memory.asked += 1;
      if (problem) {
        memory.failed += 1;
        memory.lastError = { at: isoTime(now), code: problem.code, message: problem.message };
        return;
      }
      memory.lastAnswer = isoTime(now);
      memory.times.push(ms);
      if (memory.times.length > KEPT) memory.times.shift();
    },
    of(id) {
      const { asked, failed, times, lastAnswer, lastError } = all.get(id) ?? blank();
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
      return {
        asked,
        failed,
        p50_ms: at(0.5),
        p95_ms: at(0.95),
        last_answer: lastAnswer,
        last_error: lastError,
      };
    },
  };
}
