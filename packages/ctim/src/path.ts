/** Windows paths in a text: drive letters and shares. */
import { certain, type Draft } from './found.ts';

const PART = '[^\\\\/:*?"<>|`\\r\\n\\t]{1,200}';
const PATH = new RegExp(
  `(?<![\\p{L}\\p{N}:])(?:[a-z]:|\\\\\\\\[\\p{L}\\p{N}_.$-]{1,63})(?:\\\\${PART}){1,40}\\\\?`,
  'giu',
);

/** Cuts off the prose that follows: a part that ends in a file ending and a space, else the last part's first space. */
const trimmed = (path: string): string => {
  const ended = /\.[a-z0-9]{1,5}(?=[\s,;)'\]])/i.exec(path);
  const whole = ended ? path.slice(0, ended.index + ended[0].length) : path;
  const last = whole.lastIndexOf('\\');
  const space = whole.slice(last).search(/[\s,;)'\]]/);
  return (space < 0 ? whole : whole.slice(0, last + space)).replace(/(?:[.,;:!?)\]}'\\]|\+{2})+$/, '');
};

/** Paths with where they stand. */
export const windowsPaths = (text: string): { draft: Draft; start: number; end: number }[] => {
  if (!text.includes('\\')) return [];
  return Array.from(text.matchAll(PATH), (m) => {
    const path = trimmed(m[0]);
    return { draft: certain('file_path', path), start: m.index, end: m.index + path.length };
  }).filter((p) => p.draft.value.length > 4);
};
