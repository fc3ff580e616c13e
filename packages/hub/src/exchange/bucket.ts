/** A token bucket that tells whoever finds it empty when to come back, so that they do not all come at once. */

export interface Bucket {
  /** 0 when there was a token and it is taken, else the seconds after which to try again. */
  take(now: number): number;
}

/** `perSecond` tokens a second, as many at once after a quiet second. `now` in epoch milliseconds. */
export function bucket(perSecond: number): Bucket {
  let tokens = perSecond;
  let at = 0;
  /** Those sent away who have not had their turn yet, as far as can be known. */
  let owed = 0;
  const refill = (now: number): void => {
    const gained = Math.max(0, ((now - at) / 1000) * perSecond);
    at = now;
    owed = Math.max(0, owed - gained);
    tokens = Math.min(perSecond, tokens + gained);
  };
  return {
    take: (now) => {
      refill(now);
      if (tokens >= 1) {
        tokens -= 1;
        return 0;
      }
      owed = Math.min(owed + 1, perSecond * 60);
      return Math.ceil(owed / perSecond);
    },
  };
}
