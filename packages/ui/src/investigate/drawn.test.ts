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
const colours = { surface: '#fff', line: '#ccc', text: '#000', muted: '#666', of: () => '#f00' };
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
