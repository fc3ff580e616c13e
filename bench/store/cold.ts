/** A process of its own that opens a store and asks: `cold.ts PARAMETERS` as JSON; sends what it measured. */
import type { KeyValue, Range } from '../../packages/api/src/index.ts';
import { openTrack } from '../../packages/appliance/src/track/track.ts';

export interface ColdStart {
  dir: string;
  range: Range;
  first: KeyValue;
  keys: KeyValue[];
}

export interface ColdTimes {
  /** From opening the store to its first answer. */
  openMs: number;
  /** From the start of the process. */
  startMs: number;
  times: number[];
}

const { dir, range, first, keys } = JSON.parse(process.argv[2] ?? '{}') as ColdStart;
const began = performance.now();
const clock = () => range.to;
const track = await openTrack({ dir, host: 'bench.example', serial: '0000-0000', clock });
await track.lookup({ range, keys: [first], limit: 20 });
const openMs = performance.now() - began;
const startMs = performance.now();
const times: number[] = [];
for (const key of keys) {
  const start = performance.now();
  await track.lookup({ range, keys: [key], limit: 20 });
  times.push(performance.now() - start);
}
await track.close();
process.send?.({ openMs, startMs, times } satisfies ColdTimes);
