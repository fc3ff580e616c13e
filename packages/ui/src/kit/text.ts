/** Text that strangers wrote, made safe to look at: nothing in it can reorder or hide what stands around it. */

export interface Piece {
  text: string;
  /** A control character, shown by its name. */
  control: boolean;
}

const NAMES: Record<string, string> = {
  '\u061c': 'ALM',
  '\u200b': 'ZWSP',
  '\u200c': 'ZWNJ',
  '\u200d': 'ZWJ',
  '\u200e': 'LRM',
  '\u200f': 'RLM',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2060': 'WJ',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
  '\ufeff': 'BOM',
  '\u00ad': 'SHY',
};
const CONTROL = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${Object.keys(NAMES).join('')}]`, 'g');

/** Splits a text into plain pieces and the names of its invisible or direction-changing characters. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(CONTROL)) {
    if (match.index > from) out.push({ text: text.slice(from, match.index), control: false });
    out.push({ text: controlName(match[0]), control: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ text: text.slice(from), control: false });
  return out;
}

/** The same as one string, for canvas and attributes. */
export const visible = (text: string): string => text.replace(CONTROL, (c) => `⟨${controlName(c)}⟩`);

function controlName(c: string): string {
  return NAMES[c] ?? `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `4aa2c7…e650`: head and tail of a long value. */
export function middle(text: string, head = 10, tail = 8): string {
  const chars = [...text];
  if (chars.length <= head + tail + 1) return text;
  return `${chars.slice(0, head).join('')}…${chars.slice(-tail).join('')}`;
}

/** `1 message`, `3 messages`, `1,204 messages` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
