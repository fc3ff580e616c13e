/** How nodes and edges are drawn: shapes and colours of dispositions, glyphs of types. */
import type { NodeSingular, StylesheetJson } from 'cytoscape';
import type { Standing } from '../kit/disposition.ts';
import { glyphPath, markShape } from '../kit/glyph.ts';

const TOKENS = [
  'bg',
  'surface',
  'raised',
  'line',
  'line-strong',
  'text',
  'bright',
  'muted',
  'accent',
  'malicious',
  'suspicious',
  'unknown',
  'common',
  'clean',
  'target',
  'amber',
] as const;
export type Palette = Record<(typeof TOKENS)[number], string>;

/** The theme's colours as the canvas needs them: values, not variables. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(TOKENS.map((t) => [t, style.getPropertyValue(`--sl-${t}`).trim()])) as Palette;
}

const COLOURS: Record<string, keyof Palette> = {
  1: 'clean',
  2: 'malicious',
  3: 'suspicious',
  4: 'common',
  5: 'unknown',
  conflict: 'amber',
  none: 'muted',
};

interface Drawn {
  type: string;
  standing: Standing;
  target: boolean;
}

/** Of a node's border. */
export const colourOf = (p: Palette, { standing, target }: Drawn): string =>
  standing === 'none' && target ? p.target : p[COLOURS[standing] as keyof Palette];

/** Of a node's disposition. */
export const verdictColour = (p: Palette, { standing }: Pick<Drawn, 'standing'>): string =>
  p[COLOURS[standing] as keyof Palette];

const svg = (body: string): string =>
  `data:image/svg+xml;utf8,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 24 24" fill="none" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`,
  )}`;

function glyph(p: Palette, drawn: Drawn): string {
  const filled = drawn.standing === 2 && !drawn.target;
  const stroke = filled ? p.bg : drawn.target ? p.target : p.text;
  return svg(`<path d="${glyphPath(drawn.type)}" stroke="${stroke}" stroke-width="1.8"/>`);
}

/** The disposition's mark for a node whose shape does not already say it. */
function badge(p: Palette, drawn: Drawn): string {
  const { outline, fill, sign } = markShape(drawn.standing);
  const colour = p[COLOURS[drawn.standing] as keyof Palette];
  const inner = fill ? p.bg : colour;
  return svg(
    `<path d="${outline}" fill="${fill ? colour : p.bg}" stroke="${colour}" stroke-width="2.500"/><path d="${sign}" stroke="${inner}" stroke-width="3"/>`,
  );
}

/** Unknown needs no badge, octagon and triangle speak for themselves; on targets every verdict has one. */
export const hasBadge = ({ standing, target }: Pick<Drawn, 'standing' | 'target'>): boolean =>
  standing !== 'none' && standing !== 5 && (target || (standing !== 2 && standing !== 3));

const drawn = (node: NodeSingular): Drawn => node.data() as Drawn;

function shapeOf({ standing, target }: Drawn): string {
  if (target) return 'round-rectangle';
  return standing === 2 ? 'octagon' : standing === 3 ? 'round-triangle' : 'ellipse';
}

function fillOf(p: Palette, d: Drawn): string {
  return d.standing === 2 && !d.target ? p.malicious : p.surface;
}

/** Cytoscape's style sheet for a palette. */
export const stylesheet = (p: Palette): StylesheetJson =>
  [...nodeStyles(p), ...edgeStyles(p), ...stateStyles(p)] as StylesheetJson;

const FONT = 'system-ui, sans-serif';

/** Loose because Cytoscape's types know neither lists nor outlines. */
interface Style {
  selector: string;
  style: Record<string, unknown>;
}

function nodeStyles(p: Palette): Style[] {
  const images = cached(p);
  const base = {
    width: 'data(size)',
    height: 'data(size)',
    shape: (n: NodeSingular) => shapeOf(drawn(n)),
    'background-color': (n: NodeSingular) => fillOf(p, drawn(n)),
    'border-width': 2,
    'border-color': (n: NodeSingular) => colourOf(p, drawn(n)),
    'border-style': (n: NodeSingular) => (isBlank(drawn(n)) ? 'dashed' : 'solid'),
    'background-image': (n: NodeSingular) => images(drawn(n)),
    'background-width': ['54%', '15px'],
    'background-height': ['54%', '15px'],
    'background-position-x': ['50%', '112%'],
    'background-position-y': ['50%', '-12%'],
    'background-clip': ['none', 'none'],
    'background-image-containment': ['inside', 'over'],
    'bounds-expansion': [8],
  };
  const text = {
    label: 'data(label)',
    color: p.text,
    'font-size': 11,
    'font-family': FONT,
    'text-valign': 'bottom',
    'text-margin-y': 5,
    'text-wrap': 'ellipsis',
    'text-max-width': '136px',
    'text-outline-color': p.surface,
    'text-outline-width': 2,
    'min-zoomed-font-size': 5.5,
  };
  const ring = { 'outline-width': 2, 'outline-color': p.accent, 'outline-offset': 3 };
  return [
    { selector: 'node', style: { ...base, ...text } },
    { selector: 'node[standing = 3][!target]', style: { 'background-position-y': ['78%', '-12%'] } },
    { selector: 'node[?group]', style: { 'border-style': 'double', 'border-width': 5 } },
    {
      selector: 'node[?searched]',
      style: { 'font-weight': 'bold', 'font-size': 12, 'text-max-width': '170px', color: p.bright, ...ring },
    },
  ];
}

const AT_LABEL = 'outside-to-node-or-label';

function edgeStyles(p: Palette): Style[] {
  const line = { 'line-color': p['line-strong'], 'target-arrow-color': p['line-strong'] };
  const text = {
    color: p.muted,
    'font-size': 10,
    'font-family': FONT,
    'text-rotation': 'autorotate',
    'text-background-color': p.surface,
    'text-background-opacity': 0.92,
    'text-background-padding': '2px',
    'min-zoomed-font-size': 5.5,
  };
  // Lines end at the label where it is in the way, so that a verb in the middle of its line stays readable.
  const ends = { 'source-endpoint': AT_LABEL, 'target-endpoint': AT_LABEL };
  const shape = { 'curve-style': 'bezier', 'target-arrow-shape': 'triangle', 'arrow-scale': 0.8, ...ends };
  return [
    { selector: 'edge', style: { width: 1.2, ...shape, ...line, ...text } },
    { selector: 'edge[?inferred]', style: { 'line-style': 'dashed', 'line-dash-pattern': [5, 4] } },
    { selector: 'edge.named', style: { label: 'data(verb)' } },
    {
      selector: 'edge.near',
      style: { 'line-color': p.accent, 'target-arrow-color': p.accent, width: 1.6, color: p.text },
    },
  ];
}

function stateStyles(p: Palette): Style[] {
  const box = {
    'selection-box-color': p.accent,
    'selection-box-opacity': 0.15,
    'selection-box-border-color': p.accent,
    'selection-box-border-width': 1,
    'active-bg-size': 0,
  };
  const halo = {
    'overlay-color': p.accent,
    'overlay-shape': 'ellipse',
    'overlay-opacity': 0.22,
    'overlay-padding': 7,
  };
  return [
    { selector: '.dim', style: { opacity: 0.16 } },
    { selector: 'node.chosen, node:selected', style: halo },
    { selector: 'core', style: box },
  ];
}

const isBlank = ({ standing, target }: Drawn): boolean => standing === 'none' && !target;

/** Each image is made once; there are few kinds of nodes and many nodes. */
function cached(p: Palette): (d: Drawn) => string[] {
  const made = new Map<string, string[]>();
  return (d) => {
    const key = `${d.type}|${d.standing}|${d.target}`;
    const known = made.get(key);
    if (known) return known;
    const images = hasBadge(d) ? [glyph(p, d), badge(p, d)] : [glyph(p, d)];
    made.set(key, images);
    return images;
  };
}
