/** Tells a device that comes back from two machines that push each other out: so many swaps in so short a time. */

/** Another machine took the place of a live connection. @returns whether that was once too often; it then starts anew */
export type Swaps = (deviceId: string, now: number) => boolean;

const MOST = 3;
const WINDOW_MS = 10 * 60_000;
const DEVICES = 10_000;

export function swaps(): Swaps {
  const times = new Map<string, number[]>();
  return (deviceId, now) => {
    const recent = (times.get(deviceId) ?? []).filter((at) => now - at < WINDOW_MS && at <= now);
    recent.push(now);
    times.delete(deviceId);
    if (recent.length > MOST) return true;
    if (times.size >= DEVICES) times.delete(times.keys().next().value as string);
    times.set(deviceId, recent);
    return false;
  };
}
