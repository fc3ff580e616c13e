/** Submit and Commit Changes (AsyncOS): a candidate per user, generations of the whole, one live document. */
import type * as api from '@sightline/api';
import {
  type Change,
  type Config,
  type ConfigFile,
  type ConfigState,
  Fault,
  fail,
  ROLLBACKS,
} from '@sightline/api';
import { changes } from './changes.ts';
import { revise } from './document.ts';
import { overlap, rebased } from './rebase.ts';
import { adopt, conceal, reveal, withoutSecrets } from './secret.ts';
import { type Candidate, type Commit, type ConfStore, openConfStore } from './store.ts';

export interface Conf {
  live(): Config;
  /** Number of the live document. */
  generation(): number;
  /** What the user sees; secrets are not in it. */
  state(user: string): ConfigState;
  /** Merges a part into the candidate of the user. Throws `invalid_input`. */
  submit(user: string, patch: unknown): ConfigState;
  /**
   * Makes the candidate live: applied first, kept only when that worked. Throws `nothing_to_commit`,
   * `commit_conflict`, `apply_failed`.
   */
  commit(user: string, comment: string): Promise<ConfigState>;
  abandon(user: string): ConfigState;
  /** The changes of the user on top of what others committed. Throws `nothing_to_commit`, `rebase_overlap`. */
  rebase(user: string): ConfigState;
  history(): api.Commit[];
  /** What a rollback would change. Throws `not_found`. */
  preview(generation: number): Change[];
  /** Commits that configuration again. Throws `not_found`, `nothing_to_commit`, `apply_failed`. */
  rollback(user: string, generation: number): Promise<ConfigState>;
  export(): Omit<ConfigFile, 'version'>;
  /** The file in place of the candidate of the user. Throws `invalid_input`. */
  import(user: string, file: ConfigFile): ConfigState;
  /** Whether the user has submitted something under the top-level field that is not committed. */
  pending(user: string, field: keyof Config): boolean;
  /** Told of every new live document and its number, before it is kept; a rejection undoes the commit. */
  onCommit(listener: (config: Config, generation: number) => Promise<void>): void;
  /** A fact about this appliance that is made once and never changes. */
  fact(name: string, make: () => string): string;
  close(): void;
}

const HISTORY = 100;

export function openConf(options: { path: string; seed?: unknown; clock: () => number }): Conf {
  const store = openConfStore(options.path);
  const live = liveDocument(store, options);
  const state = (user: string): ConfigState => stateOf(live.now(), store.candidate(user), store);

  const keep = (user: string, base: number, config: Config): ConfigState => {
    const same = base === live.now().generation && changes(live.now().config, config).length === 0;
    if (same) store.drop(user);
    else store.keep(user, { base, config });
    return state(user);
  };

  const submit = (user: string, patch: unknown): ConfigState => {
    const { generation, config } = live.now();
    const candidate = store.candidate(user) ?? { base: generation, config };
    return keep(user, candidate.base, revise(candidate.config, reveal(patch, candidate.config)));
  };

  const commit = async (user: string, comment: string): Promise<ConfigState> => {
    const candidate = store.candidate(user);
    if (!candidate) throw fail('nothing_to_commit');
    const { generation, by } = live.now();
    if (candidate.base !== generation) throw fail('commit_conflict', { user: by });
    await live.become(candidate.config, { by: user, comment }, user);
    return state(user);
  };

  const rebase = (user: string): ConfigState => {
    const candidate = store.candidate(user);
    if (!candidate) throw fail('nothing_to_commit');
    const base = baseOf(candidate, store);
    const { generation, config } = live.now();
    const both = overlap(base, candidate.config, config);
    if (both.length > 0) throw fail('rebase_overlap', { settings: both.join(', ') });
    return keep(user, generation, revise({}, rebased(base, candidate.config, config)));
  };

  const target = (generation: number): Commit => {
    const commit = store.commits(ROLLBACKS).find((c) => c.generation === generation);
    if (!commit) throw fail('not_found', { what: `commit ${generation} among the last ${ROLLBACKS}` });
    return commit;
  };

  const rollback = async (user: string, generation: number): Promise<ConfigState> => {
    const config = revise({}, target(generation).config);
    await live.become(config, { by: user, comment: `Rollback to generation ${generation}` });
    return state(user);
  };

  return {
    live: () => live.now().config,
    generation: () => live.now().generation,
    state,
    submit,
    commit: (user, comment) => live.inTurn(() => commit(user, comment)),
    abandon: (user) => {
      store.drop(user);
      return state(user);
    },
    rebase,
    history: () => store.commits(HISTORY).map(shown),
    preview: (generation) => changes(live.now().config, target(generation).config),
    rollback: (user, generation) => live.inTurn(() => rollback(user, generation)),
    export: () => fileOf(live.now(), options.clock()),
    import: (user, { config }) => {
      const { generation, config: now } = live.now();
      return keep(user, generation, revise({}, adopt(config, now)));
    },
    pending: (user, field) => {
      const candidate = store.candidate(user);
      return !!candidate && changes(baseOf(candidate, store)[field], candidate.config[field]).length > 0;
    },
    onCommit: live.onCommit,
    fact: store.fact,
    close: store.close,
  };
}

interface Live {
  now(): Commit;
  /** Throws `nothing_to_commit`, `apply_failed`. */
  become(config: Config, who: Pick<Commit, 'by' | 'comment'>, candidateOf?: string): Promise<void>;
  /** One at a time: the second of two commits has to see the first. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
  onCommit: Conf['onCommit'];
}

function liveDocument(store: ConfStore, { seed, clock }: { seed?: unknown; clock: () => number }): Live {
  const listeners: ((config: Config, generation: number) => Promise<void>)[] = [];
  let live = store.latest() ?? first(seed, clock());
  if (!store.latest()) store.add(live);
  let last: Promise<unknown> = Promise.resolve();

  const tell = async (config: Config, generation: number): Promise<void> => {
    for (const listener of listeners) await listener(config, generation);
  };
  const apply = async (next: Config): Promise<void> => {
    try {
      await tell(next, live.generation + 1);
    } catch (cause) {
      // What cannot take the earlier one back now takes it when it is there again.
      await tell(live.config, live.generation).catch(() => undefined);
      throw refused(cause);
    }
  };
  return {
    now: () => live,
    become: async (config, who, candidateOf) => {
      const difference = changes(live.config, config);
      if (difference.length === 0) throw fail('nothing_to_commit');
      await apply(config);
      live = { generation: live.generation + 1, ...who, at: clock(), config, changes: difference };
      store.add(live, candidateOf);
    },
    inTurn: (act) => {
      const mine = last.then(act);
      last = mine.catch(() => {});
      return mine;
    },
    onCommit: (listener) => void listeners.push(listener),
  };
}

function refused(cause: unknown): Fault {
  if (cause instanceof Fault && cause.code === 'apply_failed') return cause;
  return fail('apply_failed', { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
}

const first = (seed: unknown, at: number): Commit => ({
  generation: 1,
  at,
  by: 'system',
  comment: 'First start',
  config: revise({}, seed ?? {}),
  changes: [],
});

const shown = ({ config: _, at, ...commit }: Commit): api.Commit => ({
  ...commit,
  at: new Date(at).toISOString(),
});

/** The document that a candidate was made from. */
function baseOf({ base, config }: Candidate, store: ConfStore): Config {
  return store.commit(base)?.config ?? config;
}

function stateOf(live: Commit, candidate: Candidate | undefined, store: ConfStore): ConfigState {
  return {
    live: conceal(live.config),
    candidate: candidate ? conceal(candidate.config) : null,
    changes: candidate ? changes(baseOf(candidate, store), candidate.config) : [],
    generation: live.generation,
    committed: new Date(live.at).toISOString(),
    conflict: candidate && candidate.base !== live.generation ? conflictOf(live, candidate, store) : null,
  };
}

const conflictOf = (
  live: Commit,
  candidate: Candidate,
  store: ConfStore,
): NonNullable<ConfigState['conflict']> => ({
  commits: store
    .commits(live.generation - candidate.base)
    .slice(0, HISTORY)
    .map(shown),
  overlap: overlap(baseOf(candidate, store), candidate.config, live.config),
});

const fileOf = (live: Commit, now: number): Omit<ConfigFile, 'version'> => ({
  format: 'sightline-appliance-config',
  formatVersion: 1,
  hostname: live.config.hostname,
  generation: live.generation,
  exported: new Date(now).toISOString(),
  config: withoutSecrets(live.config),
});
