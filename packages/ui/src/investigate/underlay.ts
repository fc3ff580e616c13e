/** The canvas below the nodes, on which the relations of large graphs are drawn. */
import { type Box, type Lines, span, within } from './lines.ts';
import type { Point } from './plane.ts';

export interface Viewport {
  zoom: number;
  pan: Point;
  /** CSS pixels. */
  width: number;
  height: number;
}

export interface Ink {
  line: string;
  /** Of lines whose ends are not both bright; 0 to 1. */
  dim: number;
}

export interface Underlay {
  /** Undefined: nothing. Numbers of nodes that are dim have a 1 in `dim`. */
  draw(lines: Lines | undefined, view: Viewport, ink: Ink, dim?: Uint8Array): void;
  close(): void;
}

/** Below this zoom arrows and dashes cannot be told from dots. */
const FINE = 0.45;
/** Lines in one path: one path of all is slow to fill without a GPU, one for each is many calls. */
const BATCH = 60;

export function underlay(container: HTMLElement): Underlay {
  const canvas = document.createElement('canvas');
  Object.assign(canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
  canvas.setAttribute('aria-hidden', 'true');
  container.prepend(canvas);
  let blank = true;
  return {
    draw: (lines, view, ink, dim) => {
      const pen = canvas.getContext('2d');
      if (!pen || (!lines && blank)) return;
      fitTo(canvas, view);
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      blank = lines === undefined;
      if (lines) paint(pen, lines, view, ink, dim);
    },
    close: () => canvas.remove(),
  };
}

function fitTo(canvas: HTMLCanvasElement, { width, height }: Viewport): void {
  const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width === wide && canvas.height === high) return;
  canvas.width = wide;
  canvas.height = high;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

const boxOf = ({ zoom, pan, width, height }: Viewport): Box => ({
  left: -pan.x / zoom,
  top: -pan.y / zoom,
  right: (width - pan.x) / zoom,
  bottom: (height - pan.y) / zoom,
});

function paint(
  pen: CanvasRenderingContext2D,
  lines: Lines,
  view: Viewport,
  ink: Ink,
  dim?: Uint8Array,
): void {
  const { zoom, pan } = view;
  const ratio = devicePixelRatio;
  pen.setTransform(zoom * ratio, 0, 0, zoom * ratio, pan.x * ratio, pan.y * ratio);
  pen.strokeStyle = ink.line;
  pen.fillStyle = ink.line;
  pen.lineWidth = Math.max(1.2, 0.6 / zoom);
  const isDim = (i: number): boolean =>
    dim !== undefined && (dim[lines.ends[2 * i] ?? 0] === 1 || dim[lines.ends[2 * i + 1] ?? 0] === 1);
  const seen = within(lines, boxOf(view));
  for (const faint of dim ? [true, false] : [false]) {
    pen.globalAlpha = faint ? ink.dim : 1;
    const own = seen.filter((i) => isDim(i) === faint);
    const fine = zoom >= FINE;
    pen.setLineDash([]);
    stroke(pen, lines, fine ? own.filter((i) => lines.inferred[i] === 0) : own);
    if (!fine) continue;
    pen.setLineDash([5, 4]);
    stroke(
      pen,
      lines,
      own.filter((i) => lines.inferred[i] === 1),
    );
    arrows(pen, lines, own);
  }
  pen.globalAlpha = 1;
}

function stroke(pen: CanvasRenderingContext2D, lines: Lines, chosen: number[]): void {
  for (let from = 0; from < chosen.length; from += BATCH) {
    pen.beginPath();
    for (const i of chosen.slice(from, from + BATCH)) {
      const line = span(lines, i);
      if (!line) continue;
      pen.moveTo(line.from.x, line.from.y);
      pen.lineTo(line.to.x, line.to.y);
    }
    pen.stroke();
  }
}

/** Length and half of the width of an arrow's head. */
const [LONG, WIDE] = [8, 3.4];

function arrows(pen: CanvasRenderingContext2D, lines: Lines, chosen: number[]): void {
  for (let from = 0; from < chosen.length; from += BATCH) {
    pen.beginPath();
    for (const i of chosen.slice(from, from + BATCH)) {
      const line = span(lines, i);
      if (!line) continue;
      const { to, way } = line;
      const [x, y] = [to.x - way.x * LONG, to.y - way.y * LONG];
      pen.moveTo(to.x, to.y);
      pen.lineTo(x - way.y * WIDE, y + way.x * WIDE);
      pen.lineTo(x + way.y * WIDE, y - way.x * WIDE);
    }
    pen.fill();
  }
}
