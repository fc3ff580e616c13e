/** How many questions may be under way to one module: fewer after it complained, slowly more while it does not. */

export interface Pace {
  /** Waits for a place, first come first served. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** It answered well: one more place for a round of good answers. */
  good(): void;
  /** It was asked too much: half the places. */
  bad(): void;
  places(): number;
}

export function pace(most = 8): Pace {
  let places = most;
  let inside = 0;
  let line: (() => void)[] = [];
  const free = (): boolean => inside < Math.max(1, Math.floor(places));
  const next = (): void => {
    while (line.length > 0 && free()) line.shift()?.();
  };
  const take = (): (() => void) => {
    inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      next();
    };
  };
  const enter = (signal: AbortSignal): Promise<() => void> => {
    signal.throwIfAborted();
    if (free()) return Promise.resolve(take());
    return new Promise((resolve, reject) => {
      const away = (): void => {
        line = line.filter((one) => one !== go);
        reject(signal.reason);
      };
      const go = (): void => {
        signal.removeEventListener('abort', away);
        resolve(take());
      };
      line.push(go);
      signal.addEventListener('abort', away, { once: true });
    });
  };
  return {
    enter,
    good() {
      places = Math.min(most, places + 1 / places);
      next();
    },
    bad() {
      places = Math.max(1, places / 2);
    },
    places: () => Math.max(1, Math.floor(places)),
  };
}
