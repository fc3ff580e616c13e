import { describe, expect, it } from 'vitest';
import { layout } from './layout.ts';
import type { LayoutInput } from './plane.ts';

const star = (leaves: number): LayoutInput => ({
  aspect: 2,
  nodes: [{ centre: true }, ...Array.from({ length: leaves }, () => ({}))],
  edges: Array.from({ length: leaves }, (_, i) => [0, i + 1] as [number, number]),
});
const points = (at: Float32Array) =>
  Array.from({ length: at.length / 2 }, (_, i) => [at[2 * i] ?? 0, at[2 * i + 1] ?? 0] as const);
const overlaps = (all: (readonly [number, number])[]): number =>
  all.flatMap((a, i) =>
    all.slice(i + 1).filter((b) => Math.abs(a[0] - b[0]) < 130 && Math.abs(a[1] - b[1]) < 75),
  ).length;

describe('layout', () => {
  it('gives every node a finite place, the same each time', () => {
    for (const n of [0, 1, 2, 7, 60, 300]) {
      const first = layout(star(n));
      expect(first.every(Number.isFinite)).toBe(true);
      expect(layout(star(n))).toEqual(first);
    }
  });

  it('keeps labels apart', () => {
    expect(overlaps(points(layout(star(12))))).toBe(0);
    expect(overlaps(points(layout(star(40))))).toBeLessThan(6);
  });

  it('keeps most of a thousand apart too', () => {
    const nodes = Array.from({ length: 1000 }, () => ({}));
    const edges = nodes.slice(1).map((_, i): [number, number] => [(i * 7919) % (i + 1), i + 1]);
    expect(overlaps(points(layout({ aspect: 2, nodes, edges })))).toBeLessThan(100);
  });

  it('does not move what is placed', () => {
    const before = points(layout(star(5)));
    const more: LayoutInput = {
      aspect: 2,
      nodes: [...before.map(([x, y]) => ({ at: { x, y } })), {}, {}],
      edges: [...star(5).edges, [1, 6], [6, 7]],
    };
    const after = points(layout(more));
    expect(after.slice(0, before.length)).toEqual(before);
    expect(overlaps(after)).toBe(0);
  });

  it('opens a group near where it stood', () => {
    const near = { x: 500, y: 300 };
    const opened = points(
      layout({
        aspect: 2,
        nodes: [{ at: { x: 0, y: 0 } }, { near }, { near }],
        edges: [
          [0, 1],
          [0, 2],
        ],
      }),
    );
    for (const [x, y] of opened.slice(1)) expect(Math.hypot(x, y)).toBeGreaterThan(80);
    expect(overlaps(opened)).toBe(0);
  });

  it('puts what two groups held into two places that cover nothing', () => {
    const [left, right] = [
      { x: -200, y: 0 },
      { x: 200, y: 0 },
    ];
    const members = (near: { x: number; y: number }) => Array.from({ length: 20 }, () => ({ near }));
    const nodes = [{ at: { x: 0, y: 0 } }, ...members(left), ...members(right)];
    const opened = points(layout({ aspect: 2, nodes, edges: [] }));
    expect(opened[0]).toEqual([0, 0]);
    expect(overlaps(opened)).toBeLessThan(4);
    expect(opened.slice(1, 21).every(([x]) => x < 0)).toBe(true);
    expect(opened.slice(21).every(([x]) => x > 0)).toBe(true);
  });

  it('lies along the longer side of the page', () => {
    const chain: LayoutInput = {
      aspect: 2,
      nodes: Array.from({ length: 6 }, () => ({})),
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    };
    const spread = (aspect: number) => {
      const all = points(layout({ ...chain, aspect }));
      const wide = Math.max(...all.map((p) => p[0])) - Math.min(...all.map((p) => p[0]));
      return wide / (Math.max(...all.map((p) => p[1])) - Math.min(...all.map((p) => p[1])));
    };
    expect(spread(2)).toBeGreaterThan(2);
    expect(spread(0.5)).toBeLessThan(0.5);
  });
});
