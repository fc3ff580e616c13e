/** Questions about generated mail that nobody asked before: each follows from a seed and is asked once. */
import { type KeyValue, LookupKey } from '../../packages/api/src/index.ts';
import { Draw, domainName, type Mail, mail, valuesOf, type World } from '../mail.ts';

/** Purposes of random numbers, so that no measurement repeats another's questions. */
export const ask = {
  warm: 100,
  q1: 101,
  absent: 102,
  q4: 103,
  one: 104,
  two: 105,
  begins: 106,
  details: 107,
  counts: 113,
  tops: 114,
};
export const later = { cold: 108, ingesting: 109, open: 110, check: 111, log: 112 };

/** Of observables: how many were never seen. */
const ABSENT = 0.6;

const anyMail = (world: World, draw: Draw): Mail => mail(world, 1 + draw.below(world.messages));

/** A value under a key that some message has. */
export function present(world: World, draw: Draw, key: LookupKey = draw.pick(LookupKey.options)): KeyValue {
  for (;;) {
    const values = valuesOf[key](anyMail(world, draw));
    if (values.length > 0) return { key, value: draw.pick(values) };
  }
}

/** Like the others, but no generated name has a q without its u, and no generated address begins with 203. */
const NOWHERE: Record<LookupKey, (draw: Draw) => string> = {
  mid: (draw) => String(1_000_000_000 + draw.below(1_000_000_000)),
  ip: (draw) => `203.${draw.below(256)}.${draw.below(256)}.${draw.below(256)}`,
  domain: (draw) => `qx${domainName(draw.below(100_000_000))}`,
  address: (draw) => `${draw.hex(6)}@qx${domainName(draw.below(100_000_000))}`,
  subject: (draw) => `Qx${draw.hex(6)} ${domainName(draw.below(100_000_000))}`,
  message_id: (draw) => `${draw.hex(24)}@qx${domainName(draw.below(300_000))}`,
  sha256: (draw) => draw.hex(64),
  file_name: (draw) => `qx${draw.hex(8)}.pdf`,
  url: (draw) => `https://qx${domainName(draw.below(300_000))}/${draw.hex(10)}`,
  md5: (draw) => draw.hex(32),
  sha1: (draw) => draw.hex(40),
};

export function absent(draw: Draw): KeyValue {
  const key = draw.pick(LookupKey.options);
  return { key, value: NOWHERE[key](draw) };
}

/** What an investigation asks: mostly what was never seen. */
export const observable = (world: World, draw: Draw): KeyValue =>
  draw.chance(ABSENT) ? absent(draw) : present(world, draw);

/** One or two neighbouring words of a subject. */
export function needle(world: World, draw: Draw, words: number): string {
  for (;;) {
    const all = anyMail(world, draw)
      .subject.split(' ')
      .filter((w) => /^[a-z]{3,}$/i.test(w));
    if (all.length >= words) {
      const from = draw.below(all.length - words + 1);
      return all.slice(from, from + words).join(' ');
    }
  }
}

/** The first letters of a sender, five to twelve. */
export const prefix = (world: World, draw: Draw): string =>
  anyMail(world, draw).sender.slice(0, 5 + draw.below(8));

/** `count` questions for a seed. */
export function samples<T>(seed: number, purpose: number, count: number, make: (draw: Draw) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(new Draw(seed, purpose, i)));
}

/** The value below which a share of the times lies; of few, the largest. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
