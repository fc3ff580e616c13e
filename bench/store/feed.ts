/** Generated mail on its way into a store: as fast as it takes it, or at a steady rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrackEvent } from '../../packages/api/src/index.ts';
import type { Track } from '../../packages/appliance/src/track/track.ts';
import { acceptance, delivery, LAG, type Mail, mail, type World } from '../mail.ts';

/** Messages of one `append` while building, and appends under way at a time. */
const BATCH = 100;
const MOST_UNDER_WAY = 10;
/** Messages of one `append` at a steady rate. */
const PACE = 10;
const MOST_LATE = 200;

/** Messages in their order, each one's delivery while later ones are accepted. */
export function source(world: World, first: number) {
  const undelivered: Mail[] = [];
  let n = first;
  return {
    get next() {
      return n;
    },
    /** Events of the next messages. */
    take(count: number): TrackEvent[] {
      const events: TrackEvent[] = [];
      for (const end = n + count; n < end; n++) {
        const m = mail(world, n);
        events.push(...acceptance(m));
        undelivered.push(m);
        if (undelivered.length > LAG) events.push(...delivery(undelivered.shift() as Mail));
      }
      return events;
    },
    /** Deliveries that are still to come. */
    rest: (): TrackEvent[] => undelivered.splice(0).flatMap(delivery),
  };
}

/** Appends with a limit to how many are under way; a fault of one ends it. */
function appending(track: Track, most: number) {
  const underWay = new Set<Promise<void>>();
  return {
    add: async (events: TrackEvent[]): Promise<void> => {
      const one = track.append(events).then(() => {
        underWay.delete(one);
      });
      underWay.add(one);
      while (underWay.size >= most) await Promise.race(underWay);
    },
    all: () => Promise.all(underWay),
  };
}

/** Appends the whole month, or some numbers. `told`: how far it is, and the moment that the month has come to. */
export async function build(
  track: Track,
  world: World,
  told: (n: number) => void,
  { first, last } = { first: 1, last: world.messages },
): Promise<void> {
  const from = source(world, first);
  const out = appending(track, MOST_UNDER_WAY);
  while (from.next <= last) {
    told(from.next);
    await out.add(from.take(Math.min(BATCH, last - from.next + 1)));
  }
  await out.add(from.rest());
  await out.all();
}

/** Appends `rate` messages a second from number `first` on until `stop`; resolves to the number of messages. */
export async function steadily(
  track: Track,
  world: World,
  first: number,
  rate: number,
  stop: AbortSignal,
): Promise<number> {
  const from = source(world, first);
  const out = appending(track, MOST_LATE);
  const began = performance.now();
  while (!stop.aborted) {
    const due = Math.floor(((performance.now() - began) * rate) / 1000) - (from.next - first);
    if (due >= PACE) await out.add(from.take(PACE));
    else await sleep(1);
  }
  const count = from.next - first;
  await out.add(from.rest());
  await out.all();
  return count;
}
