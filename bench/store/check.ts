/** Compares the store's totals with what the generator made: figures of wrong answers are worth nothing. */
import { type KeyValue, LookupKey, type SearchInput } from '../../packages/api/src/index.ts';
import type { Track } from '../../packages/appliance/src/track/track.ts';
import { arrival, beginning, Draw, type Mail, mail, valuesOf, type World } from '../mail.ts';
import { absent, later, needle, prefix, present } from './sample.ts';

interface Probe {
  question: SearchInput;
  matches: (m: Mail) => boolean;
}

/** Returns how many totals agree; throws if one does not. */
export async function check(track: Track, world: World, progress: (done: number) => void): Promise<number> {
  const draw = new Draw(world.seed, later.check, 0);
  const chosen = LookupKey.options.flatMap((key) => [
    ...Array.from({ length: 5 }, () => present(world, draw, key)),
    absent(draw),
  ]);
  const keys = [...new Map(chosen.map((k) => [`${k.key} ${k.value}`, k])).values()];
  const half = { from: beginning(world), to: arrival(world, Math.ceil(world.messages / 2), 0) };
  const searches = probes(world, draw, half.to);
  const wanted = count(world, keys, searches, half.to, progress);
  const all = { from: beginning(world), to: world.end };
  const wrong: string[] = [];
  const compare = (what: string, found: number, expected: number | undefined) => {
    if (found !== expected) wrong.push(`${what}: ${found}, generated ${expected}`);
  };
  for (const [name, range] of [['all', all] as const, ['half', half] as const]) {
    const { results } = await track.lookup({ range, keys, limit: 0 });
    for (const r of results)
      compare(`${name} ${r.key} ${r.value}`, r.total, wanted[name].get(`${r.key} ${r.value}`));
  }
  for (const [i, { question }] of searches.entries()) {
    const { total, totalIs } = await track.search(question, { budgetMs: 600_000 });
    compare(`${JSON.stringify(question)} ${totalIs}`, total, wanted.searches[i]);
  }
  if (wrong.length > 0) throw new Error(`the store disagrees with the generator\n${wrong.join('\n')}`);
  return keys.length * 2 + searches.length;
}

function probes(world: World, draw: Draw, middle: number): Probe[] {
  const range = { from: beginning(world), to: world.end };
  const contains = (value: string): Probe => ({
    question: { range, subject: { op: 'contains', value }, limit: 1 },
    matches: (m) => m.subject.toLowerCase().includes(value.toLowerCase()),
  });
  const start = prefix(world, draw);
  return [
    contains(needle(world, draw, 1)),
    contains(needle(world, draw, 2)),
    contains('invoice'),
    {
      question: { range, sender: { op: 'begins_with', value: start }, limit: 1 },
      matches: (m) => m.sender.startsWith(start),
    },
    { question: { range, states: ['bounced'], limit: 1 }, matches: (m) => m.fate === 'bounced' },
    {
      question: { range: { ...range, to: middle }, direction: 'outgoing', limit: 1 },
      matches: (m) => m.direction === 'outgoing' && m.at < middle,
    },
  ];
}

/** Makes every message once more and counts. */
function count(
  world: World,
  keys: KeyValue[],
  searches: Probe[],
  middle: number,
  progress: (done: number) => void,
) {
  const all = new Map(keys.map(({ key, value }) => [`${key} ${value}`, 0]));
  const half = new Map(all);
  const wanted = Map.groupBy(keys, (k) => k.key);
  const found = searches.map(() => 0);
  for (let n = 1; n <= world.messages; n++) {
    const m = mail(world, n);
    for (const [key, probed] of wanted) {
      const values = valuesOf[key](m);
      for (const { value } of probed) {
        if (!values.includes(value)) continue;
        const name = `${key} ${value}`;
        all.set(name, (all.get(name) ?? 0) + 1);
        if (m.at < middle) half.set(name, (half.get(name) ?? 0) + 1);
      }
    }
    for (const [i, p] of searches.entries()) if (p.matches(m)) found[i] = (found[i] as number) + 1;
    if (n % 100_000 === 0) progress(n);
  }
  return { all, half, searches: found };
}
