/** Runs investigations for the page: starts, folds the stream, stops, asks one module again. */
import { investigate, lines } from '@sightline/api';
import { type Observable, observableKey } from '@sightline/ctim';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { isLoggedOut } from '../kit/call.ts';
import { ALL, limitsOf, type Scope } from './scope.ts';
import {
  begin,
  byHand,
  fold,
  again as forget,
  IDLE,
  join,
  type Run,
  stop as stopped,
  widen,
} from './stream.ts';

export interface Investigation {
  run: Run;
  /** Asks at once; in manual mode it only shows what would be asked about. */
  start(observables: Observable[], scope?: Scope): void;
  stop(): void;
  /** Asks this module alone once more. */
  retry(moduleId: string): void;
  /** Asks about one more observable and adds what comes to what is there. */
  expand(observable: Observable): void;
  /** Shows one that was kept. */
  open(run: Run): void;
  clear(): void;
}

/** The run as it is drawn, and as it is by now. */
function useRun() {
  const [run, setRun] = useState<Run>(IDLE);
  const latest = useRef(run);
  const show = useCallback((next: Run) => {
    latest.current = next;
    // Drawing many results may take long; whatever the user does meanwhile comes first.
    startTransition(() => setRun(next));
  }, []);
  return { run, latest, show };
}

export function useInvestigation(onDone: (run: Run) => void): Investigation {
  const parts = useRun();
  const { run, latest, show } = parts;
  const current = useRef<AbortController>(undefined);
  const scope = useRef(ALL);
  const queries = useQueryClient();
  const done = useRef(onDone);
  done.current = onDone;

  const fail = useCallback(
    (error: unknown) => {
      show(stopped(latest.current, 'failed', Date.now(), error));
      if (isLoggedOut(error)) void queries.invalidateQueries();
    },
    [show, queries, latest],
  );

  const start = useCallback(
    (observables: Observable[], within: Scope = ALL) => {
      current.current?.abort();
      const abort = new AbortController();
      current.current = abort;
      scope.current = within;
      if (within.manual) return show(byHand(observables, Date.now()));
      show(begin(observables, Date.now()));
      follow({ observables, ...limitsOf(within, Date.now()) }, abort.signal, (line) =>
        show(fold(latest.current, line)),
      ).then(
        () => {
          if (abort.signal.aborted) return;
          if (latest.current.phase === 'running') show(stopped(latest.current, 'stopped', Date.now()));
          done.current(latest.current);
        },
        (error: unknown) => {
          if (!abort.signal.aborted) fail(error);
        },
      );
    },
    [show, fail, latest],
  );

  const retry = useCallback(
    (id: string) => {
      const { observables, phase } = latest.current;
      show(forget(latest.current, id));
      follow(
        { observables, ...limitsOf(scope.current, Date.now()), modules: [id] },
        current.current?.signal,
        (line) => {
          if (line.type === 'module') show(fold(latest.current, line));
        },
      ).catch((error: unknown) => {
        if (phase !== 'idle') fail(error);
      });
    },
    [show, fail, latest],
  );

  const expand = useCallback(
    (observable: Observable) => {
      show(widen(latest.current, observableKey(observable)));
      follow(
        { observables: [observable], ...limitsOf(scope.current, Date.now()) },
        current.current?.signal,
        (line) => show(join(latest.current, line)),
      ).catch(fail);
    },
    [show, fail, latest],
  );

  const ending = useEnding(parts, current, scope);
  useEffect(() => () => current.current?.abort(), []);
  return { run, start, retry, expand, ...ending };
}

/** Ways out of a run: stop it, show a kept one, show none. */
function useEnding(
  { latest, show }: ReturnType<typeof useRun>,
  current: RefObject<AbortController | undefined>,
  scope: RefObject<Scope>,
): Pick<Investigation, 'stop' | 'open' | 'clear'> {
  const stop = useCallback(() => {
    current.current?.abort();
    show(stopped(latest.current, 'stopped', Date.now()));
  }, [show, latest, current]);

  const open = useCallback(
    (run: Run) => {
      current.current?.abort();
      current.current = new AbortController();
      scope.current = ALL;
      show(run);
    },
    [show, current, scope],
  );

  const clear = useCallback(() => {
    current.current?.abort();
    show(IDLE);
  }, [show, current]);

  return { stop, open, clear };
}

type Line = Parameters<typeof fold>[1];

async function follow(
  body: { observables: Observable[]; modules?: string[]; start_time?: string },
  signal: AbortSignal | undefined,
  onLine: (line: Line) => void,
): Promise<void> {
  for await (const line of lines({ base: '' }, investigate, { body }, signal)) {
    if (signal?.aborted) return;
    onLine(line);
  }
}
