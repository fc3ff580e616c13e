/**
 * HTML of a stranger made safe to look at: an allow-list of elements without attributes, written anew from the tokens
 * of a parser. Scripts, styles, forms, frames and images are left out; links are shown defanged and lead nowhere. What
 * comes out is shown in a sandboxed frame with a policy that allows nothing, so that a mistake here stays without effect.
 */
import { ALLOWED } from '@sightline/api/web/frame';
import { Parser } from 'htmlparser2';
import { defang } from './defang.ts';

const VOID: ReadonlySet<string> = new Set(['br', 'hr', 'col', 'wbr']);
/** Their text is not for people. */
const SILENT: ReadonlySet<string> = new Set(
  `script style title head noscript template iframe frame frameset noframes noembed object embed applet textarea select
   option button svg math xmp plaintext`.split(/\s+/),
);
/** Numbers that a table needs to keep its form. */
const NUMBERS: ReadonlySet<string> = new Set(['colspan', 'rowspan']);
/** Elements open at a time; what is deeper is shown without elements of its own. */
const DEEPEST = 200;
const LONGEST = 1_000_000;
const TOO_DEEP = 2000;
const PIECE = 8192;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const plain = (text: string): string =>
  text
    .replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

interface Writing {
  out: string[];
  size: number;
  /** Allowed elements that are open, '' where one was left out. */
  open: string[];
  silent: number;
  /** Elements open in what is read. */
  depth: number;
  links: string[];
}

/** The inside of a body. */
export function sanitise(html: string): string {
  const at: Writing = { out: [], size: 0, open: [], silent: 0, depth: 0, links: [] };
  const parser = new Parser(
    {
      onopentag: (name, attributes) => opened(at, name, attributes),
      ontext: (text) => at.silent === 0 && put(at, plain(text)),
      onclosetag: (name) => closed(at, name),
    },
    { lowerCaseTags: true, decodeEntities: true },
  );
  // The parser's own time grows with the square of the depth: what is deeper than any letter is not read further.
  for (let i = 0; i < html.length && at.depth < TOO_DEEP; i += PIECE) parser.write(html.slice(i, i + PIECE));
  parser.end();
  for (const name of at.open.reverse()) if (name !== '') at.out.push(`</${name}>`);
  return at.out.join('');
}

function put(at: Writing, text: string): void {
  if (at.size > LONGEST) return;
  at.size += text.length;
  at.out.push(text);
}

function opened(at: Writing, name: string, attributes: Record<string, string>): void {
  at.depth++;
  if (SILENT.has(name)) at.silent++;
  if (at.silent > 0) return;
  if (name === 'a' || name === 'area') at.links.push(attributes.href ?? '');
  if (name === 'img') put(at, image(attributes));
  if (!ALLOWED.has(name) || at.open.length >= DEEPEST || at.size > LONGEST) return;
  put(at, `<${name}${numbers(attributes)}>`);
  if (!VOID.has(name)) at.open.push(name);
}

const numbers = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .filter(([name, value]) => NUMBERS.has(name) && /^\d{1,3}$/.test(value))
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');

function image(attributes: Record<string, string>): string {
  const { alt = '', src = '' } = attributes;
  if (alt === '' && src === '') return '';
  return `<span class="image">[image${alt === '' ? '' : `: ${plain(alt.slice(0, 200))}`}]</span>`;
}

function closed(at: Writing, name: string): void {
  at.depth--;
  if (SILENT.has(name)) {
    at.silent = Math.max(0, at.silent - 1);
    return;
  }
  if (at.silent > 0) return;
  if (name === 'a') {
    const href = at.links.pop() ?? '';
    if (href !== '') put(at, ` <span class="link">[${plain(defang(href))}]</span>`);
  }
  const open = at.open.lastIndexOf(name);
  if (VOID.has(name) || open < 0) return;
  for (const one of at.open.splice(open).reverse()) put(at, `</${one}>`);
}
