import { join } from 'node:path';
import type { ConfigPart } from '@sightline/api';
import type { TrackOptions } from '../../packages/appliance/src/track/track.ts';

/** Where the tracking data of a run are, the same for the program that is killed and for the check. */
export const trackOptions = (dir: string): TrackOptions => ({
  dir: join(dir, 'track'),
  host: 'esa.crash.test',
  serial: 'CRASH-1',
  clock: Date.now,
});

/** One message in five goes to a quarantine, where it waits for its release. */
export const QUARANTINING: ConfigPart = {
  filters: {
    incoming: [
      {
        name: 'aside',
        conditions: [{ on: 'subject', op: 'matches', value: '[05]$' }],
        actions: [{ do: 'quarantine', quarantine: 'Policy' }],
      },
    ],
  },
  policies: { incoming: { default: { filters: ['aside'] } } },
};
