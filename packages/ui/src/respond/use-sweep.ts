/** Has messages looked for, moved or deleted in mailboxes, one task after the other, and follows each. */
import { followAction, lines, listTaken, MAILBOX_ACTIONS, stopAction } from '@sightline/api';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { call, keyOf } from '../kit/call.ts';
import { queryOf } from './offers.ts';
import { newKey } from './run.ts';
import { type Deed, fold, NOTHING, type Sweep, type Task } from './sweep.ts';

/** A task that is to be done, and whose mailboxes. */
export interface Part {
  task: number;
  recipients: readonly string[] | undefined;
}

export interface Sweeping extends Sweep {
  start(deed: Deed, parts: readonly Part[], reason: string): void;
  /** Nothing further is begun; what goes on ends. */
  stop(): void;
  clear(): void;
}

export function useSweep(tasks: readonly Task[], onActed: () => void): Sweeping {
  const [sweep, setSweep] = useState<Sweep>(NOTHING);
  const queries = useQueryClient();
  const latest = useRef<Sweep>(NOTHING);
  const stopped = useRef(false);
  const away = useRef<AbortController>(undefined);
  const show = useCallback((next: Sweep) => {
    latest.current = next;
    setSweep(next);
  }, []);
  useEffect(() => () => away.current?.abort(), []);

  const one = async (deed: Deed, { task, recipients }: Part, reason: string, signal: AbortSignal) => {
    const { module, offers } = tasks[task] ?? {};
    if (!module || !offers?.[deed]) return;
    const query = {
      ...queryOf(offers[deed]),
      ...(reason ? { reason } : {}),
      ...(recipients ? { recipients: recipients.join() } : {}),
    };
    const body = { key: newKey(), module, action: MAILBOX_ACTIONS[deed], query };
    for await (const line of lines({ base: '' }, followAction, { body }, signal))
      show(fold(latest.current, task, line));
  };
  const all = async (deed: Deed, parts: readonly Part[], reason: string): Promise<void> => {
    away.current?.abort();
    const abort = new AbortController();
    away.current = abort;
    stopped.current = false;
    show({ ...NOTHING, running: true });
    for (const part of parts) {
      if (stopped.current || abort.signal.aborted) break;
      await one(deed, part, reason, abort.signal).catch((error: unknown) => {
        if (!abort.signal.aborted) show({ ...latest.current, errors: [...latest.current.errors, error] });
      });
    }
    if (abort.signal.aborted) return;
    show({ ...latest.current, id: undefined, running: false });
    void queries.invalidateQueries({ queryKey: keyOf(listTaken) });
    if (deed !== 'find') onActed();
  };
  return {
    ...sweep,
    start: (deed, parts, reason) => void all(deed, parts, reason),
    stop: () => {
      stopped.current = true;
      const { id } = latest.current;
      // What has ended meanwhile needs no stopping.
      if (id) void call(stopAction, { params: { id } }).catch(() => {});
    },
    clear: () => show(NOTHING),
  };
}
