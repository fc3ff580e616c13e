import { describe, expect, it } from 'vitest';
import type { DrawNode } from './draw.ts';
import type { Edge } from './graph.ts';
import { linesOf, move, span, within } from './lines.ts';

const node = (id: string): DrawNode => ({
  id,
  label: id,
  type: 'ip',
  standing: 'none',
  searched: false,
  target: false,
  group: false,
  size: 20,
});
const edge = (from: string, to: string, inferred = false): Edge => ({
  id: `${from}>${to}`,
  from,
  to,
  verbs: ['Sent To'],
  inferred,
});
const places = new Map([
  ['a', { x: 0, y: 0 }],
  ['b', { x: 100, y: 0 }],
  ['c', { x: 500, y: 500 }],
]);
const lines = () =>
  linesOf(['a', 'b', 'c'].map(node), [edge('a', 'b'), edge('b', 'c', true), edge('c', 'gone')], places);

describe('lines of a large graph', () => {
  it('are those whose nodes are both there', () => {
    expect([...lines().ends]).toEqual([0, 1, 1, 2]);
    expect([...lines().inferred]).toEqual([0, 1]);
  });

  it('are left out where the view cannot have them', () => {
    expect(within(lines(), { left: -50, top: -50, right: 50, bottom: 50 })).toEqual([0]);
    expect(within(lines(), { left: 300, top: 300, right: 400, bottom: 400 })).toEqual([1]);
    expect(within(lines(), { left: -900, top: 0, right: -800, bottom: 10 })).toEqual([]);
  });

  it('end at their nodes, also after one was dragged', () => {
    const all = lines();
    expect(span(all, 0)).toMatchObject({ from: { x: 10, y: 0 }, to: { x: 88, y: 0 } });
    move(all, 'b', { x: 0, y: 100 });
    expect(span(all, 0)?.to).toMatchObject({ y: 88 });
    move(all, 'b', { x: 5, y: 0 });
    expect(span(all, 0)).toBeUndefined();
  });
});
