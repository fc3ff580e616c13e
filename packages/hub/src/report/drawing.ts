/** Which drawings are let into a report: an SVG could name files of this machine. Pure. */
const SHAPES = new Set(['svg', 'rect', 'defs', 'marker', 'path', 'line', 'text', 'g', 'circle']);
/** Declarations, comments, references to anything but the arrow, and styles. */
const MORE = /<[!?]|href|style\s*=|url\(\s*['"]?(?!#arrow\))|\bon[a-z]+\s*=/i;

/** What is wrong with a drawing; '' when it may be used. */
export function drawingProblem(svg: string): string {
  const tags = svg.matchAll(/<\/?([^\s/>]*)/g);
  for (const [, name = ''] of tags)
    if (!SHAPES.has(name)) return `A drawing cannot hold "${name.slice(0, 40)}".`;
  // In texts the characters that begin markup stand as numbers, so a match is in markup.
  const markup = svg.replace(/>[^<]*</g, '><');
  return MORE.test(markup) ? 'A drawing cannot refer to anything outside of it.' : '';
}
