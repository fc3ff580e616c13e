/** What in the headers of a part different readers take differently. Pure. */

export interface Field {
  /** Lower case. */
  key: string;
  /** The whole field, folded as it came. */
  line: string;
}

/** A message has each of these once (RFC 5322 section 3.6). */
const ONCE = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
];
/** A part has each of these once (RFC 2045). */
const ONCE_MIME = [
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'mime-version',
];
const ENCODINGS = new Set(['', '7bit', '8bit', 'binary', 'base64', 'quoted-printable']);

const MOST_WORDS = 1000;
const MOST_SEGMENTS = 100;
/** RFC 2046 says 70; more than this no reader takes. */
const MOST_BOUNDARY = 2048;

/** More of one field is not looked into. */
const MOST_FIELD = 16 * 1024;

const content = ({ line }: Field): string => {
  const colon = line.indexOf(':') + 1;
  return line.slice(colon, colon + MOST_FIELD).trim();
};

/** @param root whether these are the headers of a message */
export function anomalies(fields: readonly Field[], root: boolean): string[] {
  return [
    ...repeated(fields, ONCE_MIME),
    ...(root ? [...repeated(fields, ONCE), ...raw(fields)] : []),
    ...malformed(fields),
    ...types(fields),
    ...bombs(fields),
  ];
}

function repeated(fields: readonly Field[], names: string[]): string[] {
  return names.flatMap((name) => {
    const values = fields.filter((one) => one.key === name).map(content);
    if (values.length < 2) return [];
    return [`${new Set(values).size > 1 ? 'conflicting' : 'repeated'} ${name}`];
  });
}

const raw = (fields: readonly Field[]): string[] =>
  fields.some(({ line }) => /[^\0-\x7f]/.test(line)) ? ['raw 8-bit header'] : [];

function malformed(fields: readonly Field[]): string[] {
  const bad = fields.some(({ line }) => line.trim() !== '' && !/^[!-9;-~]+[ \t]*:/.test(line));
  return bad ? ['malformed header'] : [];
}

function types(fields: readonly Field[]): string[] {
  const first = (name: string): string => {
    const field = fields.find((one) => one.key === name);
    return field ? content(field).toLowerCase() : '';
  };
  const type = first('content-type');
  const encoding = first('content-transfer-encoding')
    .replace(/\([^()]*\)/g, '')
    .trim();
  const multipart = type.startsWith('multipart/');
  const boundaries = [...type.matchAll(/;\s*boundary(?:\*\d*\*?)?\s*=\s*("[^"]*"|[^\s;]*)/g)].map(
    (m) => m[1] ?? '',
  );
  return [
    ...(ENCODINGS.has(encoding) ? [] : ['unknown transfer encoding']),
    ...(multipart && /base64|quoted/.test(encoding) ? ['encoded multipart'] : []),
    ...(multipart && boundaries.filter((one) => one !== '' && one !== '""').length === 0
      ? ['missing boundary']
      : []),
    ...(boundaries.length > 1 ? ['several boundaries'] : []),
    ...(boundaries.some((one) => one.length > MOST_BOUNDARY) ? ['boundary too long'] : []),
    ...(/^application\/(x-)?pkcs7-mime/.test(type) ? ['S/MIME opaque'] : []),
    ...(/^multipart\/encrypted/.test(type) ? ['encrypted message'] : []),
  ];
}

function bombs(fields: readonly Field[]): string[] {
  return [
    ...(fields.some(({ line }) => count(line, '=?') > MOST_WORDS) ? ['too many encoded words'] : []),
    ...(fields.some(({ line }) => segments(line)) ? ['broken parameter continuation'] : []),
  ];
}

function count(text: string, part: string): number {
  let n = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) n++;
  return n;
}

/** RFC 2231: from 0 on, without a gap. */
function segments(line: string): boolean {
  if (!line.includes('*')) return false;
  const byName = new Map<string, number[]>();
  for (const [, name = '', n = ''] of line
    .slice(0, MOST_FIELD)
    .matchAll(/;\s*([a-z-]{1,40})\*(\d{1,9})\*?\s*=/gi)) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []).slice(0, MOST_SEGMENTS + 1), Number(n)]);
  }
  return [...byName.values()].some(
    (list) =>
      list.length > MOST_SEGMENTS ||
      new Set(list).size < list.length ||
      Math.max(...list) !== list.length - 1,
  );
}
