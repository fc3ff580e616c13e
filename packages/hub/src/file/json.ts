/** Structured intelligence: a CTIM bundle, a STIX 2 bundle, a MISP event. Any other JSON is read as text. */
import { ObservableType } from '@sightline/ctim';
import type { Piece, Pieces } from './piece.ts';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const known = (type: ObservableType, value: unknown): Piece[] =>
  typeof value === 'string' && value !== '' ? [{ part: 'data', known: { type, value } }] : [];

/** Deeper structures are passed over. */
const MOST_DEPTH = 64;

export function jsonPieces(text: string): Pieces {
  const pieces: Piece[] = [];
  const strings: string[] = [];
  walk(JSON.parse(text), pieces, strings, 0);
  if (pieces.length === 0) pieces.push({ part: 'text', text: strings.join('\n') });
  return { kind: 'json', pieces, notes: [] };
}

function walk(value: unknown, pieces: Piece[], strings: string[], depth: number): void {
  if (depth > MOST_DEPTH) return;
  if (typeof value === 'string') strings.push(value);
  else if (Array.isArray(value)) for (const item of value) walk(item, pieces, strings, depth + 1);
  else if (isObject(value)) {
    const own = [...ctim(value), ...stix(value), ...misp(value)];
    pieces.push(...own);
    for (const item of Object.values(value)) walk(item, pieces, strings, depth + 1);
  }
}

/** `{type: "ip", value: "…"}` with a type of CTIM. */
function ctim({ type, value }: Json): Piece[] {
  const parsed = ObservableType.safeParse(type);
  return parsed.success ? known(parsed.data, value) : [];
}

const SCO: Record<string, ObservableType> = {
  'ipv4-addr': 'ip',
  'ipv6-addr': 'ipv6',
  'domain-name': 'domain',
  url: 'url',
  'email-addr': 'email',
  'mac-addr': 'mac_address',
};
const HASHES: Record<string, ObservableType> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  SHA1: 'sha1',
  'SHA-256': 'sha256',
  SHA256: 'sha256',
};

/** Cyber observable objects and the patterns of indicators (STIX 2.1, sections 6 and 9). */
function stix(o: Json): Piece[] {
  const type = String(o.type);
  const sco = SCO[type];
  if (sco && typeof o.value === 'string' && ObservableType.safeParse(type).success === false)
    return known(sco, o.value);
  if (type === 'file') return [...hashes(o.hashes), ...known('file_name', o.name)];
  if (type === 'email-message')
    return [...known('email_subject', o.subject), ...known('email_messageid', plainId(o.message_id))];
  return type === 'indicator' && typeof o.pattern === 'string' ? pattern(o.pattern) : [];
}

const plainId = (id: unknown): unknown => (typeof id === 'string' ? id.replace(/^<|>$/g, '') : id);

const hashes = (value: unknown): Piece[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, hash]) => {
        const type = HASHES[name.toUpperCase()];
        return type ? known(type, hash) : [];
      })
    : [];

const COMPARISON = /([a-z0-9-]+):([\w.'-]+)\s*=\s*'((?:[^'\\]|\\.){1,4096})'/gi;

function pattern(text: string): Piece[] {
  return [...text.matchAll(COMPARISON)].flatMap((match) => {
    const [, object = '', path = '', quoted = ''] = match;
    const value = quoted.replace(/\\(.)/g, '$1');
    const sco = SCO[object.toLowerCase()];
    if (sco && path === 'value') return known(sco, value);
    if (object === 'email-message' && path === 'subject') return known('email_subject', value);
    if (object !== 'file') return [];
    if (path === 'name') return known('file_name', value);
    const hash = HASHES[path.replace(/^hashes\.|'/g, '').toUpperCase()];
    return hash ? known(hash, value) : [];
  });
}

const MISP: Record<string, ObservableType> = {
  'ip-src': 'ip',
  'ip-dst': 'ip',
  domain: 'domain',
  hostname: 'domain',
  url: 'url',
  uri: 'url',
  link: 'url',
  'email-src': 'email',
  'email-dst': 'email',
  'email-reply-to': 'email',
  'email-subject': 'email_subject',
  'email-message-id': 'email_messageid',
  'email-attachment': 'file_name',
  filename: 'file_name',
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
};

/** Attributes of MISP, told from CTIM's observables by their category; `filename|sha256` is two of them. */
function misp({ type, value, category }: Json): Piece[] {
  if (typeof category !== 'string' || typeof type !== 'string' || typeof value !== 'string') return [];
  const values = value.split('|');
  return type.split('|').flatMap((one, i) => {
    const to = MISP[one];
    if (!to) return [];
    const text = values[i] ?? '';
    return known(to === 'ip' && text.includes(':') ? 'ipv6' : to, text);
  });
}
