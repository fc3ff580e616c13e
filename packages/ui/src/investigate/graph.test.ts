import { describe, expect, it } from 'vitest';
import { type Facts, facts } from './facts.ts';
import { answered, done, mail, o, verdict } from './fixture.ts';
import { cap, type Graph, graph } from './graph.ts';
import { group, ungrouped } from './group.ts';

const subject = o('email_subject', 'test test');
const of = (known: Facts): Graph => graph(known.observables, known.sightings);
const campaign = (mails: number) =>
  Array.from({ length: mails }, (_, i) => mail(i + 1, [subject], [`u${i}@ours.example`]));

describe('graph', () => {
  it('has the sample of the seed document: subject, sender, MID and target with their verbs', () => {
    const g = of(facts(done([subject], [answered('esa', [mail(8, [subject], ['user@example.org'])])])));
    expect(g.nodes.map((n) => [n.id, n.searched, n.target])).toEqual([
      ['email_subject:test test', true, false],
      ['email:a@sender.example', false, false],
      ['cisco_mid:8', false, false],
      ['email:user@example.org', false, true],
    ]);
    expect(g.edges.map((e) => [e.from, e.verbs.join(), e.to, e.inferred])).toEqual([
      ['email:a@sender.example', 'Sent', 'email_subject:test test', false],
      ['cisco_mid:8', 'Related To', 'email_subject:test test', false],
      ['email_subject:test test', 'Sent To', 'email:user@example.org', true],
    ]);
  });

  it('adds nothing when the same sighting comes from two modules', () => {
    const one = [mail(8, [subject], ['user@example.org'])];
    const g = of(facts(done([subject], [answered('a', one), answered('b', one)])));
    expect(g.nodes).toHaveLength(4);
    expect(g.edges).toHaveLength(3);
    expect(g.nodes[0]?.sightings).toBe(2);
  });

  it('only grows as more modules answer', () => {
    const first = answered('a', campaign(3));
    const before = of(facts(done([subject], [first])));
    const after = of(
      facts(done([subject], [first, answered('b', [mail(99, [subject], ['z@ours.example'])])])),
    );
    const ids = new Set(after.nodes.map((n) => n.id));
    expect(before.nodes.every((n) => ids.has(n.id))).toBe(true);
    expect(after.nodes.length).toBe(before.nodes.length + 2);
  });

  it('makes no edge from a node to itself', () => {
    const self = mail(1, [o('email', 'u@ours.example')], ['u@ours.example'], { from: 'u@ours.example' });
    const g = of(facts(done([o('email', 'u@ours.example')], [answered('a', [self])])));
    expect(g.edges.every((e) => e.from !== e.to)).toBe(true);
  });
});

describe('cap', () => {
  it('keeps what was asked about and the targets, and says what it left out', () => {
    const g = of(facts(done([subject], [answered('a', campaign(30))])));
    const capped = cap(g, 40);
    expect(capped.nodes).toHaveLength(40);
    expect(capped.total).toBe(62);
    expect(capped.nodes.filter((n) => n.target)).toHaveLength(30);
    expect(capped.nodes.some((n) => n.searched)).toBe(true);
    expect(capped.hidden).toEqual([['cisco_mid', 22]]);
    const kept = new Set(capped.nodes.map((n) => n.id));
    expect(capped.edges.every((e) => kept.has(e.from) && kept.has(e.to))).toBe(true);
  });
});

describe('group', () => {
  const g = of(facts(done([subject], [answered('a', campaign(30))])));

  it('makes one of nodes with the same type, disposition and place in the structure', () => {
    const { nodes, groups, edges } = group(g);
    expect(nodes.map((n) => n.id)).toEqual(['email_subject:test test', 'email:a@sender.example']);
    expect(groups.map((x) => x.members.length)).toEqual([30, 30]);
    expect(edges).toHaveLength(3);
  });

  it('leaves out of the group what has another disposition', () => {
    const judged = [verdict(o('cisco_mid', '7'), 2)];
    const other = of(facts(done([subject], [answered('a', campaign(30), judged)])));
    expect(group(other).nodes.map((n) => n.id)).toContain('cisco_mid:7');
  });

  it('follows structure over more than one step', () => {
    const two = [
      ...campaign(5),
      ...campaign(5).map((s, i) => ({ ...s, id: `x${i}`, observables: [], targets: [] })),
    ];
    expect(group(of(facts(done([subject], [answered('a', two)])))).groups).toHaveLength(2);
    const senders = Array.from({ length: 6 }, (_, i) =>
      mail(i, [subject], [], { from: i < 3 ? `s${i}@x.example` : 'one@y.example' }),
    );
    expect(
      group(of(facts(done([subject], [answered('a', senders)])))).groups.map((x) => x.members.length),
    ).toEqual([4, 6]);
  });

  it('never hides what was asked about and opens what is loose', () => {
    const loose = new Set(g.nodes.filter((n) => n.target).map((n) => n.id));
    const opened = group(g, loose);
    expect(opened.groups).toHaveLength(1);
    expect(opened.nodes.filter((n) => n.target)).toHaveLength(30);
  });

  it('is nothing but the graph when it is off', () => {
    expect(ungrouped(g)).toEqual({ nodes: g.nodes, groups: [], edges: g.edges });
  });
});
