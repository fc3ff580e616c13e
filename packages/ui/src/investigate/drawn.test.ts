import { expect, it } from 'vitest';
import type { DrawNode } from './draw.ts';
import { graphmlOf, svgOf } from './drawn.ts';
import { o } from './fixture.ts';
import type { Edge } from './graph.ts';

const HOSTILE = '"><script>alert(1)</script>\u0000';
const node = (id: string, label: string, rest: Partial<DrawNode> = {}): DrawNode => ({
  id,
  label,
  type: 'domain',
  standing: 'none',
  searched: false,
  target: false,
  group: false,
  size: 34,
  ...rest,
});
const edge: Edge = { id: 'a>b', from: 'a', to: 'b', verbs: [HOSTILE], inferred: true };
const colours = {
  ...{ surface: '#fff', line: '#ccc', text: '#000', muted: '#666', accent: '#00f' },
  of: () => '#f00',
  verdict: () => '#0f0',
};
const at = new Map([
  ['a', { x: 0, y: 0 }],
  ['b', { x: 100, y: 50 }],
]);

it('draws every node that has a place, labels defanged, whatever they say', () => {
  const svg = svgOf(
    [node('a', 'evil.example'), node('b', HOSTILE, { target: true }), node('c', 'gone')],
    [edge],
    at,
    colours,
  );
  expect(svg).toContain('evil[.]example');
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('gone');
  expect(svg.match(/<g>/g)).toHaveLength(2);
  expect(svg).toContain('stroke-dasharray');
});

it('gives dispositions and targets the shapes that they have on the canvas', () => {
  const shape = (rest: Partial<DrawNode>): string => svgOf([node('a', 'x', rest)], [], at, colours);
  const octagon = 'M8 2.500h8';
  expect(shape({ standing: 2 })).toContain(octagon);
  expect(shape({ standing: 3 })).toContain('M12 3l10 17.500h-20z');
  expect(shape({ target: true })).toContain('rx="6"');
  expect(shape({ target: true })).not.toContain(octagon);
  const both = shape({ target: true, standing: 2 });
  expect(both).toContain('rx="6"');
  expect(both).toContain(octagon);
  expect(shape({ standing: 1 })).toContain('#0f0');
  expect(shape({ standing: 5 })).not.toContain('#0f0');
});

it('writes GraphML in which nothing becomes markup', () => {
  const xml = graphmlOf({
    nodes: [
      { id: 'a', observable: o('domain', HOSTILE), standing: 2, searched: true, target: false, sightings: 1 },
      {
        id: 'b',
        observable: o('email', 'x@example.com'),
        standing: 'none',
        searched: false,
        target: true,
        sightings: 1,
      },
    ],
    edges: [edge],
  });
  expect(xml).not.toContain('<script');
  expect(xml.match(/<node /g)).toHaveLength(2);
  expect(xml).toContain('<data key="role">investigated</data>');
  expect(xml).toContain('<edge source="a" target="b">');
});
