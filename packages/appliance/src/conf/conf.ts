/** Submit and Commit Changes (AsyncOS): a candidate per user, generations of the whole, one live document. */
import type { Change, Config, ConfigState } from '@sightline/api';
import { fail } from '@sightline/api';
import { changes, revise } from './document.ts';
import { type Commit, openConfStore } from './store.ts';

export interface Conf {
  live(): Config;
  state(user: string): ConfigState;
  /** Merges a part into the candidate of the user. Throws `invalid_input`. */
  submit(user: string, patch: unknown): ConfigState;
  /**
   * Makes the candidate live: applied first, kept only when that worked. Throws `nothing_to_commit`,
   * `commit_conflict`, `apply_failed`.
   */
  commit(user: string, comment: string): Promise<ConfigState>;
  abandon(user: string): ConfigState;
  history(): Commit[];
  /** Whether the user has submitted something under the top-level field that is not committed. */
  pending(user: string, field: keyof Config): boolean;
  /** Told of every new live document, before it is kept; a rejection undoes the commit. */
  onCommit(listener: (config: Config) => Promise<void>): void;
  /** A fact about this appliance that is made once and never changes. */
  fact(name: string, make: () => string): string;
  close(): void;
}

const HISTORY = 100;

export function openConf(options: { path: string; seed?: unknown; clock: () => number }): Conf {
  const store = openConfStore(options.path);
  const listeners: ((config: Config) => Promise<void>)[] = [];
  let live = store.latest() ?? first(options.seed, options.clock());
  if (!store.latest()) store.add(live);
  let last: Promise<unknown> = Promise.resolve();

  const state = (user: string): ConfigState => stateOf(live, store.candidate(user)?.config ?? null);

  const submit = (user: string, patch: unknown): ConfigState => {
    const { base, config } = store.candidate(user) ?? { base: live.generation, config: live.config };
    const next = revise(config, patch);
    const from = base === live.generation ? live.config : undefined;
    if (from && changes(from, next).length === 0) store.drop(user);
    else store.keep(user, { base, config: next });
    return state(user);
  };

  const tell = async (config: Config): Promise<void> => {
    for (const listener of listeners) await listener(config);
  };

  const apply = async (next: Config): Promise<void> => {
    try {
      await tell(next);
    } catch (cause) {
      await tell(live.config);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fail('apply_failed', { reason }, { cause });
    }
  };

  const commit = async (user: string, comment: string): Promise<ConfigState> => {
    const candidate = store.candidate(user);
    const difference = candidate ? changes(live.config, candidate.config) : [];
    if (!candidate || difference.length === 0) throw fail('nothing_to_commit');
    if (candidate.base !== live.generation) throw fail('commit_conflict', { user: live.by });
    await apply(candidate.config);
    live = nextCommit(live, candidate.config, difference, { by: user, comment, at: options.clock() });
    store.add(live);
    return state(user);
  };

  return {
    live: () => live.config,
    state,
    submit,
    // one at a time: the second of two commits has to see the first
    commit: (user, comment) => {
      const mine = last.then(() => commit(user, comment));
      last = mine.catch(() => {});
      return mine;
    },
    abandon: (user) => {
      store.drop(user);
      return state(user);
    },
    history: () => store.commits(HISTORY),
    pending: (user, field) => {
      const candidate = store.candidate(user);
      return !!candidate && changes(live.config[field], candidate.config[field]).length > 0;
    },
    onCommit: (listener) => void listeners.push(listener),
    fact: store.fact,
    close: store.close,
  };
}

const first = (seed: unknown, at: number): Commit => ({
  generation: 1,
  at,
  by: 'system',
  comment: 'First start',
  config: revise({}, seed ?? {}),
  changes: [],
});

const nextCommit = (
  live: Commit,
  config: Config,
  difference: Change[],
  who: Pick<Commit, 'by' | 'comment' | 'at'>,
): Commit => ({ generation: live.generation + 1, ...who, config, changes: difference });

const stateOf = (live: Commit, candidate: Config | null): ConfigState => ({
  live: live.config,
  candidate,
  changes: candidate ? changes(live.config, candidate) : [],
  generation: live.generation,
  committed: new Date(live.at).toISOString(),
});
