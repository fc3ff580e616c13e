import { Tooltip } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { absolute, relative, type Zone, zoneName } from './time.ts';

interface ZoneState {
  zone: Zone;
  setZone: (zone: Zone) => void;
  /** Ticks every half minute so that relative times stay true. */
  now: number;
}
const ZoneContext = createContext<ZoneState>({ zone: 'utc', setZone: () => {}, now: Date.now() });

const KEY = 'sightline.zone';
const stored = (): Zone => {
  try {
    return localStorage.getItem(KEY) === 'local' ? 'local' : 'utc';
  } catch {
    return 'utc';
  }
};

export function ZoneProvider({ children }: { children: ReactNode }): ReactNode {
  const [zone, show] = useState<Zone>(stored);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const setZone = useCallback((next: Zone) => {
    show(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage is off: the choice lasts until the page is left.
    }
  }, []);
  const value = useMemo(() => ({ zone, setZone, now }), [zone, setZone, now]);
  return <ZoneContext.Provider value={value}>{children}</ZoneContext.Provider>;
}

export const useZone = (): ZoneState => useContext(ZoneContext);

/** A time, ISO text or epoch milliseconds: absolute and relative, both zones on hover. */
export function Time({ at, only }: { at: string | number; only?: 'absolute' | 'relative' }): ReactNode {
  // The clock of the page ticks every half minute; what happened since is not in the future.
  const { zone, now: ticked } = useZone();
  const now = Math.max(ticked, Date.now());
  const ms = typeof at === 'number' ? at : Date.parse(at);
  if (!Number.isFinite(ms)) return <span className="muted">unknown</span>;
  const both = `${absolute(ms, 'utc')} UTC · ${absolute(ms, 'local')} ${zoneName(ms, 'local')} (local)`;
  const long = <span className="mono">{absolute(ms, zone)}</span>;
  const short = <span className={only ? '' : 'muted'}>{relative(ms, now)}</span>;
  return (
    <Tooltip label={both}>
      <time dateTime={new Date(ms).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {only !== 'relative' && long}
        {!only && ' · '}
        {only !== 'absolute' && short}
      </time>
    </Tooltip>
  );
}
