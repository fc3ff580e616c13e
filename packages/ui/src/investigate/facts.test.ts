import { describe, expect, it } from 'vitest';
import { facts, standingOf } from './facts.ts';
import { answered, done, HOUR, mail, NOON, o, verdict } from './fixture.ts';

const subject = o('email_subject', 'test test');

describe('facts', () => {
  const run = done(
    [subject],
    [
      answered('one', [
        mail(1, [subject], ['u@ours.example']),
        mail(2, [subject], ['u@ours.example', 'v@ours.example'], { at: NOON + HOUR }),
      ]),
      answered('two', [mail(3, [subject], [], { at: NOON - HOUR })]),
    ],
  );

  it('orders sightings of all modules newest first', () => {
    expect(facts(run).sightings.map((s) => s.sighting.id)).toEqual([
      'transient:sighting-2',
      'transient:sighting-1',
      'transient:sighting-3',
    ]);
  });

  it('makes one target of a recipient in many sightings', () => {
    expect(facts(run).targets).toMatchObject([
      { key: 'email:u@ours.example', sightings: 2, first: NOON, last: NOON + HOUR },
      { key: 'email:v@ours.example', sightings: 1 },
    ]);
  });

  it('says of each target what became of its own copy', () => {
    const columns = ['Last state', 'Recipient'].map((name) => ({ name, type: 'string' as const }));
    const rows = [
      ['Bounced', ''],
      ['Delivered', 'v@ours.example'],
    ];
    const data = { columns, rows, row_count: 2 };
    const both = { ...mail(1, [subject], ['u@ours.example', 'v@ours.example']), data };
    const { targets } = facts(done([subject], [answered('one', [both])]));
    expect(targets.map(({ key, states }) => [key, states])).toEqual([
      ['email:u@ours.example', [['bounced', 1]]],
      ['email:v@ours.example', [['delivered', 1]]],
    ]);
  });

  it('lists what was asked about first and does not count targets as related', () => {
    const keys = facts(run).observables.map((row) => row.key);
    expect(keys[0]).toBe('email_subject:test test');
    expect(keys).toContain('cisco_mid:3');
    expect(keys).not.toContain('email:u@ours.example');
  });

  it('filters by a half-open range of time', () => {
    const { sightings, targets } = facts(run, { range: [NOON, NOON + HOUR] });
    expect(sightings).toHaveLength(1);
    expect(targets).toHaveLength(1);
  });

  it('filters by anything a sighting names, also a target', () => {
    expect(facts(run, { key: 'email:v@ours.example' }).sightings).toHaveLength(1);
    expect(facts(run, { key: 'cisco_mid:3' }).sightings).toHaveLength(1);
    expect(facts(run, { key: 'cisco_mid:99' }).sightings).toHaveLength(0);
  });

  it('shows what was asked about even when nobody has seen it', () => {
    expect(facts(done([subject], [])).observables).toMatchObject([
      { searched: true, sightings: 0, standing: 'none' },
    ]);
  });
});

describe('standingOf', () => {
  const of = (...list: (1 | 2 | 3 | 4 | 5)[]) =>
    standingOf(
      list.map((d) => verdict(subject, d)),
      NOON,
    );

  it('is what the modules agree on, and the worse of two bad ones', () => {
    expect(of()).toBe('none');
    expect(of(5)).toBe(5);
    expect(of(2, 2)).toBe(2);
    expect(of(3, 2)).toBe(2);
    expect(of(4)).toBe(4);
  });

  it('says when good and bad stand against each other, and unknown speaks against nothing', () => {
    expect(of(1, 2)).toBe('conflict');
    expect(of(3, 4)).toBe('conflict');
    expect(of(5, 2)).toBe(2);
    expect(of(5, 1)).toBe(1);
  });

  it('forgets verdicts that have expired', () => {
    expect(standingOf([verdict(subject, 2, NOON - 1)], NOON)).toBe('none');
    expect(standingOf([verdict(subject, 2, NOON + 1)], NOON)).toBe(2);
  });
});
