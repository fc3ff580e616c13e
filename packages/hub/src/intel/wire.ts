/**
 * Ids on the wire are long, `https://hub/ctia/sighting/sighting-…`; in the store those of this hub are short, so
 * that they stay good when its address changes. Pure.
 */
import { entityOf, longId, parseId } from '@sightline/ctim';

const REFERENCES = /^(?:id|.*_id|.*_ids|.*_ref|.*_refs|judgements|entity)$/;

/** The short form of a long id of this hub; anything else as it is. */
export function shortened(text: string, origin: string): string {
  const id = parseId(text);
  return id?.kind === 'long' && sameOrigin(id.origin, origin) ? id.short : text;
}

/** The short id that this hub would know an id by, undefined when it is of another hub or no id. */
export function ownId(text: string, origin: string): string | undefined {
  const id = parseId(text);
  if (id?.kind === 'short') return id.short;
  return id?.kind === 'long' && sameOrigin(id.origin, origin) ? id.short : undefined;
}

/** `https://hub` and `https://hub:443` are the same. */
function sameOrigin(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [URL.parse(a), URL.parse(b)];
  return left !== null && right !== null && left.origin === right.origin && left.pathname === right.pathname;
}

type Doc = Record<string, unknown>;

export const inward = <T>(value: T, origin: string): T =>
  walk(value, '', (text) => shortened(text, origin)) as T;

export const outward = <T>(value: T, origin: string): T =>
  walk(value, '', (text) => (isOwn(text) ? longId(origin, text) : text)) as T;

function isOwn(text: string): boolean {
  const id = parseId(text);
  return id?.kind === 'short' && entityOf(id.type) !== undefined;
}

function walk(value: unknown, key: string, change: (text: string) => string): unknown {
  if (typeof value === 'string') return REFERENCES.test(key) ? change(value) : value;
  if (Array.isArray(value)) return value.map((inner) => walk(inner, key, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value as Doc).map(([k, inner]) => [k, walk(inner, k, change)]));
}
