/** Two people change one document: which settings both changed, and one's changes on top of the other's. Pure. */
import type { Config } from '@sightline/api';
import { changes } from './changes.ts';
import { isPlain } from './document.ts';

/** Settings that both sides changed since `base`, to different values. */
export function overlap(base: Config, mine: Config, theirs: Config): string[] {
  const other = paths(base, theirs);
  return paths(base, mine).filter(
    (path) => other.includes(path) && JSON.stringify(at(mine, path)) !== JSON.stringify(at(theirs, path)),
  );
}

/** `theirs` with every setting that `mine` changed since `base`; an unchecked document. */
export function rebased(base: Config, mine: Config, theirs: Config): unknown {
  return paths(base, mine).reduce<unknown>((doc, path) => put(doc, path.split('.'), at(mine, path)), theirs);
}

const paths = (from: Config, to: Config): string[] => changes(from, to).map((change) => change.path);

const at = (doc: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (isPlain(part) ? part[key] : undefined), doc);

function put(doc: unknown, [key = '', ...rest]: string[], value: unknown): unknown {
  const part = isPlain(doc) ? doc : {};
  return { ...part, [key]: rest.length === 0 ? value : put(part[key], rest, value) };
}
