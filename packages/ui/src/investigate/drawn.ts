/** The graph as files: a drawing of what is on the canvas, and its data. Pure. */

import { defang, type ObservableType } from '@sightline/ctim';
import { glyphPath, markShape } from '../kit/glyph.ts';
import type { DrawNode } from './draw.ts';
import type { Edge, Graph } from './graph.ts';
import type { Point } from './plane.ts';
import { hasBadge } from './style.ts';

export interface Colours {
  surface: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  /** Of a node's border. */
  of: (node: DrawNode) => string;
  /** Of its disposition, also where it is a target. */
  verdict: (node: DrawNode) => string;
}

const MARGIN = 60;
const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (c) => `&#${c.codePointAt(0)};`).replace(/[^\t\n\x20-\uFFFD]/g, ' ');

/** SVG 1.1 with nothing from outside; labels are text. */
export function svgOf(
  nodes: DrawNode[],
  edges: Edge[],
  at: ReadonlyMap<string, Point>,
  colours: Colours,
): string {
  const placed = nodes.flatMap((node) => {
    const point = at.get(node.id);
    return point ? [{ node, point }] : [];
  });
  const xs = placed.map((p) => p.point.x);
  const ys = placed.map((p) => p.point.y);
  const [left, top] = [Math.min(0, ...xs) - MARGIN, Math.min(0, ...ys) - MARGIN];
  const width = Math.max(0, ...xs) + MARGIN - left;
  const height = Math.max(0, ...ys) + MARGIN - top;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${round(left)} ${round(top)} ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" font-family="system-ui, sans-serif">`,
    `<rect x="${round(left)}" y="${round(top)}" width="100%" height="100%" fill="${colours.surface}"/>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    `<path d="M0 0 8 4 0 8z" fill="${colours.line}"/></marker></defs>`,
    ...edges.map((edge) => line(edge, placed, colours)),
    ...placed.map(({ node, point }) => disc(node, point, colours)),
    '</svg>',
  ].join('\n');
}

type Placed = { node: DrawNode; point: Point }[];
const round = (n: number): number => Math.round(n * 10) / 10;

function line(edge: Edge, placed: Placed, colours: Colours): string {
  const from = placed.find((p) => p.node.id === edge.from);
  const to = placed.find((p) => p.node.id === edge.to);
  if (!from || !to) return '';
  const [dx, dy] = [to.point.x - from.point.x, to.point.y - from.point.y];
  const length = Math.hypot(dx, dy) || 1;
  const shorten = (p: Point, by: number): Point => ({
    x: p.x + (dx / length) * by,
    y: p.y + (dy / length) * by,
  });
  const a = shorten(from.point, from.node.size / 2);
  const b = shorten(to.point, -to.node.size / 2 - 2);
  const dash = edge.inferred ? ' stroke-dasharray="5 4"' : '';
  const [x, y] = [round((a.x + b.x) / 2), round((a.y + b.y) / 2 - 3)];
  return [
    `<line x1="${round(a.x)}" y1="${round(a.y)}" x2="${round(b.x)}" y2="${round(b.y)}" stroke="${colours.line}" stroke-width="1.2"${dash} marker-end="url(#arrow)"/>`,
    `<text x="${x}" y="${y}" font-size="9" fill="${colours.muted}" text-anchor="middle">${escaped(edge.verbs.join(', '))}</text>`,
  ].join('');
}

function disc(node: DrawNode, { x, y }: Point, colours: Colours): string {
  const r = node.size / 2;
  const scale = Math.round(node.size / 0.48) / 100;
  const weight = node.searched ? ' font-weight="bold"' : '';
  const ring = node.searched
    ? `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r + 5)}" fill="none" stroke="${colours.accent}" stroke-width="2"/>`
    : '';
  const ink = isFilled(node) ? colours.surface : colours.text;
  return [
    `<g>${ring}${outline(node, { x, y }, colours)}`,
    `<path d="${glyphPath(node.type)}" transform="translate(${round(x - 12 * scale)} ${round(y - 12 * scale)}) scale(${scale})" fill="none" stroke="${ink}" stroke-width="1.6"/>`,
    badge(node, { x: x + r * 0.8, y: y - r * 0.8 }, colours),
    `<text x="${round(x)}" y="${round(y + r + 14)}" font-size="11" fill="${colours.text}" text-anchor="middle"${weight}>${escaped(shorten(node))}</text></g>`,
  ].join('');
}

const isFilled = ({ target, standing }: DrawNode): boolean => standing === 2 && !target;

/** The shapes of the canvas: targets rounded squares, malicious an octagon, suspicious a triangle, others discs. */
function outline(node: DrawNode, { x, y }: Point, colours: Colours): string {
  const { size, target, standing, group } = node;
  const r = size / 2;
  const blank = standing === 'none' && !target ? ' stroke-dasharray="4 3"' : '';
  const paint = `fill="${isFilled(node) ? colours.of(node) : colours.surface}" stroke="${colours.of(node)}"`;
  const stroke = `${paint} stroke-width="${group ? 4 : 2}"${blank}/>`;
  if (target)
    return `<rect x="${round(x - r)}" y="${round(y - r)}" width="${size}" height="${size}" rx="6" ${stroke}`;
  if (standing !== 2 && standing !== 3)
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" ${stroke}`;
  const scale = Math.round(size / 0.19) / 100;
  const place = `translate(${round(x - 12 * scale)} ${round(y - 12 * scale)}) scale(${scale})`;
  return `<path d="${markShape(standing).outline}" transform="${place}" vector-effect="non-scaling-stroke" ${stroke}`;
}

/** The mark of a disposition that the shape does not say. */
function badge(node: DrawNode, { x, y }: Point, colours: Colours): string {
  if (!hasBadge(node)) return '';
  const { outline: path, fill, sign } = markShape(node.standing);
  const colour = colours.verdict(node);
  const place = `transform="translate(${round(x - 7.5)} ${round(y - 7.5)}) scale(0.625)"`;
  return `<g ${place}><path d="${path}" fill="${fill ? colour : colours.surface}" stroke="${colour}" stroke-width="2.5"/><path d="${sign}" fill="none" stroke="${fill ? colours.surface : colour}" stroke-width="3" stroke-linecap="round"/></g>`;
}

/** Whoever opens the file must not be able to follow what stands in it. */
function shorten({ label, type, group }: DrawNode): string {
  const text = group ? label : defang(label, type as ObservableType);
  return text.length > 34 ? `${text.slice(0, 33)}…` : text;
}

/** GraphML (graphml.graphdrawing.org): every node and relation with its properties. */
export function graphmlOf({ nodes, edges }: Graph): string {
  const data = (key: string, value: string): string => `<data key="${key}">${escaped(value)}</data>`;
  const keys = ['type', 'value', 'disposition', 'role'].map(
    (name) => `<key id="${name}" for="node" attr.name="${name}" attr.type="string"/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys,
    '<key id="relation" for="edge" attr.name="relation" attr.type="string"/>',
    '<graph edgedefault="directed">',
    ...nodes.map((n) => {
      const role = n.searched ? 'investigated' : n.target ? 'target' : 'related';
      const { type, value } = n.observable;
      const all = data('type', type) + data('value', value) + data('disposition', String(n.standing));
      return `<node id="${escaped(n.id)}">${all}${data('role', role)}</node>`;
    }),
    ...edges.map(
      (e) =>
        `<edge source="${escaped(e.from)}" target="${escaped(e.to)}">${data('relation', e.verbs.join(', '))}</edge>`,
    ),
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}
