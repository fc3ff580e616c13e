import { join } from 'node:path';
import type { TrackOptions } from '../../packages/appliance/src/track/track.ts';

/** Where the tracking data of a run are, the same for the program that is killed and for the check. */
export const trackOptions = (dir: string): TrackOptions => ({
  dir: join(dir, 'track'),
  host: 'esa.crash.test',
  serial: 'CRASH-1',
  clock: Date.now,
});
