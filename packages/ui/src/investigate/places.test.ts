import { expect, it } from 'vitest';
import { facts } from './facts.ts';
import { answered, done, mail, o } from './fixture.ts';
import { graph } from './graph.ts';
import { group } from './group.ts';
import { layout } from './layout.ts';
import { places } from './places.ts';

const subject = o('email_subject', 'test test');
const of = (mails: number) => {
  const sightings = Array.from({ length: mails }, (_, i) => mail(i, [subject], [`u${i}@ours.example`]));
  const known = facts(done([subject], [answered('a', sightings)]));
  return graph(known.observables, known.sightings);
};

it('asks for a layout only while something has no place, and keeps the places', () => {
  const known = places();
  const shown = group(of(30));
  const question = known.question(shown, 2);
  if (!question) throw new Error('nothing asked');
  known.answer(shown, layout(question));
  expect(known.question(shown, 2)).toBeUndefined();
  const before = new Map(known.at);

  const opened = group(of(30), new Set(shown.groups[0]?.members.map((m) => m.id)));
  const next = known.question(opened, 2);
  const near = before.get(shown.groups[0]?.id ?? '');
  expect(next?.nodes.filter((n) => n.near?.x === near?.x)).toHaveLength(30);
  known.answer(opened, layout(next ?? question));
  for (const [id, point] of before) expect(known.at.get(id)).toEqual(point);
});

it('takes over what was dragged', () => {
  const known = places();
  const shown = group(of(1));
  known.answer(shown, layout(known.question(shown, 2) ?? { aspect: 1, nodes: [], edges: [] }));
  known.learn(new Map([['cisco_mid:0', { x: 7, y: 9 }]]));
  expect(known.at.get('cisco_mid:0')).toEqual({ x: 7, y: 9 });
});
