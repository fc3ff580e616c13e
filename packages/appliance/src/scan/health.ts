/** How the engines are doing, for the console. */
import type { Config, EngineHealth } from '@sightline/api';
import type { Engine, EngineResult } from './engine.ts';

const KEPT = 100;

interface Record_ {
  messages: number;
  found: number;
  errors: number;
  version: string;
  times: number[];
  lastAnswer: number | null;
  lastError: { at: number; text: string } | null;
}

export interface Health {
  note(engine: Engine['name'], results: EngineResult[], ms: number): void;
  report(config: Config): EngineHealth[];
}

const fresh = (): Record_ => ({
  messages: 0,
  found: 0,
  errors: 0,
  version: '',
  times: [],
  lastAnswer: null,
  lastError: null,
});

export function engineHealth(clock: () => number): Health {
  const records = { authentication: fresh(), rspamd: fresh(), clamav: fresh() };
  return {
    note(engine, results, ms) {
      const record = records[engine];
      record.messages++;
      record.times = [...record.times, ms].slice(-KEPT);
      const error = results.find((one) => one.verdict === 'error');
      if (error) {
        record.errors++;
        record.lastError = { at: clock(), text: error.names.join(' ') };
        return;
      }
      record.lastAnswer = clock();
      record.version = results.find((one) => one.version)?.version ?? record.version;
      if (results.some((one) => one.verdict === 'suspect' || one.verdict === 'positive')) record.found++;
    },
    report: ({ engines }) => [
      shown('authentication', { ...engines.authentication, endpoint: 'DNS' }, records.authentication),
      shown('rspamd', engines.rspamd, records.rspamd),
      shown('clamav', engines.clamav, records.clamav),
    ],
  };
}

const iso = (at: number): string => new Date(at).toISOString();

function shown(
  engine: string,
  { enabled, endpoint }: { enabled: boolean; endpoint: string },
  { times, lastError, lastAnswer, ...record }: Record_,
): EngineHealth {
  return {
    engine,
    enabled,
    endpoint,
    ...record,
    meanMs: times.length === 0 ? 0 : times.reduce((sum, ms) => sum + ms, 0) / times.length,
    longestMs: Math.max(0, ...times),
    lastError: lastError && { ...lastError, at: iso(lastError.at) },
    lastAnswer: lastAnswer === null ? null : iso(lastAnswer),
  };
}
