import { expect, it } from 'vitest';
import { dossier } from './dossier.ts';
import { facts } from './facts.ts';
import { answered, done, HOUR, mail, NOON, o, verdict } from './fixture.ts';
import { graph } from './graph.ts';

const subject = o('email_subject', 'test test');
const run = done(
  [subject],
  [
    answered('esa', [mail(1, [subject], ['u@ours.example']), mail(2, [subject], [], { at: NOON + HOUR })]),
    answered('intel', [], [verdict(subject, 2)]),
  ],
);
const known = facts(run);
const g = graph(known.observables, known.sightings);

it('gathers what is known of an observable', () => {
  const found = dossier('email_subject:test test', known, g);
  expect(found).toMatchObject({
    standing: 2,
    first: NOON,
    last: NOON + HOUR,
    verdicts: [{ module: 'intel' }],
  });
  expect(found?.sightings).toHaveLength(2);
  expect(found?.relations.map((r) => [r.way, r.verbs.join(), r.other.id])).toEqual([
    ['in', 'Sent', 'email:a@sender.example'],
    ['in', 'Related To', 'cisco_mid:2'],
    ['in', 'Related To', 'cisco_mid:1'],
    ['out', 'Sent To', 'email:u@ours.example'],
  ]);
});

it('knows targets, and nothing of what is not there', () => {
  expect(dossier('email:u@ours.example', known, g)).toMatchObject({
    node: { target: true },
    sightings: [{ at: NOON }],
  });
  expect(dossier('ip:192.0.2.1', known, g)).toBeUndefined();
});
