import { getSnapshot } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { facts } from '../investigate/facts.ts';
import { answered, done, mail, NOON, o, verdict } from '../investigate/fixture.ts';
import { EVERYTHING } from '../investigate/sift.ts';
import { compare } from './compare.ts';
import { packRun, packView, unpackRun, unpackView } from './pack.ts';

const subject = o('email_subject', 'Invoice');
const sender = o('email', 'a@sender.example');
const run = done([subject], [answered('esa', [mail(1, [subject], ['ann@example.com'])])]);

describe('a snapshot', () => {
  it('gives back what was on the page', () => {
    expect(unpackRun(packRun(run))).toEqual(run);
    const arrangement = {
      grouping: false,
      loose: new Set(['a']),
      sift: {
        ...EVERYTHING,
        away: new Set(['b']),
        types: { picked: new Set(['ip']), how: 'highlight' as const },
      },
    };
    const positions = new Map([['a', { x: 1, y: 2 }]]);
    expect(unpackView(packView(arrangement, positions))).toEqual({ arrangement, positions });
  });

  it('is what the contract takes', () => {
    const shape = getSnapshot.answer.shape;
    expect(shape.run.safeParse(JSON.parse(JSON.stringify(packRun(run)))).success).toBe(true);
    const view = packView({ loose: new Set(), sift: EVERYTHING }, new Map());
    expect(shape.view.safeParse(view).success).toBe(true);
  });
});

it('tells what came, what went and which verdicts changed', () => {
  const later = done(
    [subject],
    [answered('esa', [mail(2, [subject], ['bob@example.com'])], [verdict(sender, 2)])],
  );
  const difference = compare(facts(run, {}, NOON), facts(later, {}, NOON));
  expect(difference.targets.map((t) => [t.what, t.value])).toEqual([
    ['added', 'bob@example.com'],
    ['gone', 'ann@example.com'],
  ]);
  expect(difference.verdicts).toEqual([
    { key: 'email:a@sender.example', value: 'a@sender.example', before: 'No verdict', after: 'Malicious' },
  ]);
  expect(difference.sightings).toEqual({ before: 1, after: 1, added: 1, gone: 1 });
});
