/** The snapshot that the address names. */
import { getSnapshot } from '@sightline/api';
import { useMemo } from 'react';
import { useCall } from '../kit/call.ts';
import { unpackRun, unpackView } from '../snapshots/pack.ts';
import { type Arrangement, PLAIN } from './arranged.ts';
import type { Point } from './plane.ts';
import type { Run } from './stream.ts';

export interface Opened {
  /** '' where the address names none. */
  id: string;
  name: string;
  run: Run | undefined;
  arrangement: Arrangement;
  positions: ReadonlyMap<string, Point>;
  error: unknown;
}

const NOWHERE: ReadonlyMap<string, Point> = new Map();

export function useOpened(id: string | undefined): Opened {
  const { data, error } = useCall(getSnapshot, { params: { id: id ?? '' } }, { enabled: id !== undefined });
  return useMemo(() => {
    if (!id || data?.id !== id)
      return { id: '', name: '', run: undefined, arrangement: PLAIN, positions: NOWHERE, error: id && error };
    return { id, name: data.name, run: unpackRun(data.run), ...unpackView(data.view), error: null };
  }, [id, data, error]);
}
