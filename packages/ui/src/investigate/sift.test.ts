import { describe, expect, it } from 'vitest';
import { facts } from './facts.ts';
import { answered, done, mail, o } from './fixture.ts';
import { graph as graphOf } from './graph.ts';
import { awayAround, EVERYTHING, filters, find, leavesOf, type Sift, sift, TARGET, toggled } from './sift.ts';

const subject = o('email_subject', 'Invoice');
const run = done(
  [subject],
  [answered('esa', [mail(1, [subject], ['ann@example.com']), mail(2, [subject], ['bob@example.com'])])],
);
const known = facts(run);
const graph = graphOf(known.observables, known.sightings);
const by = (change: Partial<Sift>): Sift => ({ ...EVERYTHING, ...change });
const ids = (change: Partial<Sift>): string[] =>
  sift(graph, by(change))
    .graph.nodes.map((n) => n.id)
    .sort();

describe('the filter of the graph', () => {
  it('shows everything when nothing is picked', () => {
    const all = sift(graph, EVERYTHING);
    expect(all.graph).toEqual(graph);
    expect(all.lit).toBeUndefined();
    expect(all.hidden).toBe(0);
  });

  it('hides kinds of nodes, targets as a kind of their own', () => {
    expect(ids({ types: { picked: new Set([TARGET]), how: 'hide' } })).toEqual([
      'cisco_mid:1',
      'cisco_mid:2',
      'email:a@sender.example',
      'email_subject:Invoice',
    ]);
    expect(ids({ types: { picked: new Set(['email']), how: 'hide' } })).toContain('email:ann@example.com');
  });

  it('hides relations, and what has none left; never what was asked about', () => {
    const shown = sift(
      graph,
      by({ verbs: { picked: new Set(['Sent To', 'Sent', 'Related To']), how: 'hide' } }),
    );
    expect(shown.graph.nodes.map((n) => n.id)).toEqual(['email_subject:Invoice']);
    expect(shown.hidden).toBe(5);
  });

  it('highlights instead', () => {
    const shown = sift(graph, by({ types: { picked: new Set(['cisco_mid']), how: 'highlight' } }));
    expect(shown.graph).toEqual(graph);
    expect([...(shown.lit ?? [])].sort()).toEqual(['cisco_mid:1', 'cisco_mid:2']);
  });

  it('folds leaves into a node and says how many', () => {
    expect(leavesOf(graph, 'email_subject:Invoice')).toBe(5);
    const shown = sift(graph, by({ folded: new Set(['email_subject:Invoice']) }));
    expect(shown.graph.nodes).toHaveLength(1);
    expect(shown.inside.get('email_subject:Invoice')).toBe(5);
  });

  it('says at each node how many of its neighbours are not shown, and which of them were put away', () => {
    const shown = sift(graph, by({ types: { picked: new Set([TARGET]), how: 'hide' } }));
    expect(shown.inside.get('email_subject:Invoice')).toBe(2);
    expect(shown.inside.has('email:ann@example.com')).toBe(false);
    const away = by({ away: new Set(['cisco_mid:1', 'email:ann@example.com']) });
    expect(awayAround(graph, away, 'email_subject:Invoice').sort()).toEqual([
      'cisco_mid:1',
      'email:ann@example.com',
    ]);
    expect(awayAround(graph, away, 'cisco_mid:2')).toEqual([]);
  });

  it('puts single nodes away and counts its switches', () => {
    expect(ids({ away: new Set(['cisco_mid:1']) })).not.toContain('cisco_mid:1');
    const two = by({ types: { picked: new Set(['a', 'b']), how: 'hide' } });
    expect(filters(two)).toBe(2);
    expect([...toggled(new Set(['a']), 'a')]).toEqual([]);
    expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b']);
  });
});

it('finds nodes by every word of a text, the best connected first', () => {
  expect(find(graph, 'example COM')).toEqual(['email:ann@example.com', 'email:bob@example.com']);
  expect(find(graph, 'in')[0]).toBe('email_subject:Invoice');
  expect(find(graph, '  ')).toEqual([]);
});
