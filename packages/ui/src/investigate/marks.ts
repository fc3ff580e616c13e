/** The query's text cut into pieces that are marked as recognised and pieces that are not. Pure. */
import type { Chip } from './chips.ts';

export interface Mark {
  start: number;
  text: string;
  /** Undefined: not recognised as anything. */
  state?: 'on' | 'open' | 'off';
}

/** Longest text that is marked; beyond it highlighting would slow typing down. */
const LONGEST = 20_000;

/** Pieces in order that together are the text. Of overlapping finds the first one marks. */
export function marks(text: string, list: Chip[]): Mark[] {
  if (text.length > LONGEST) return [{ start: 0, text }];
  const out: Mark[] = [];
  let from = 0;
  for (const chip of [...list].sort((a, b) => a.found.start - b.found.start)) {
    const { start, end } = chip.found;
    if (start < from || end > text.length || end <= start) continue;
    if (start > from) out.push({ start: from, text: text.slice(from, start) });
    out.push({ start, text: text.slice(start, end), state: chip.on ? 'on' : chip.open ? 'open' : 'off' });
    from = end;
  }
  if (from < text.length) out.push({ start: from, text: text.slice(from) });
  return out;
}
