/** IP addresses in text form: what is one, its canonical form, whether it is reachable from outside. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const V4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const V4_INTERNAL =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113|22[4-9]|2[34]\d|25[0-5])\./;

/** Dotted decimal with four octets and no leading zeros (which some readers take for octal). */
export const isIpv4 = (text: string): boolean => V4.test(text);

const hexGroups = (part: string): number[] | undefined => {
  if (part === '') return [];
  const groups = part.split(':');
  return groups.every((g) => /^[0-9a-f]{1,4}$/i.test(g))
    ? groups.map((g) => Number.parseInt(g, 16))
    : undefined;
};

const v4AsHex = (v4: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

/** The eight groups of an IPv6 address (RFC 4291 2.2), undefined if it is not one. */
const ipv6Groups = (text: string): number[] | undefined => {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !isIpv4(tail)) return undefined;
  const plain = isIpv4(tail) ? text.slice(0, -tail.length) + v4AsHex(tail) : text;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map(hexGroups);
  if (!head || (halves.length === 2 && !rest)) return undefined;
  const zeros = 8 - head.length - (rest?.length ?? 0);
  if (halves.length === 1) return zeros === 0 ? head : undefined;
  return zeros >= 1 ? [...head, ...Array<number>(zeros).fill(0), ...(rest ?? [])] : undefined;
};

const longestZeros = (groups: number[]): { at: number; length: number } => {
  let best = { at: -1, length: 1 };
  let at = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - at > best.length) best = { at, length: i - at };
    at = i + 1;
  }
  return best;
};

const join = (groups: number[]): string => groups.map((g) => g.toString(16)).join(':');

/** Canonical form of RFC 5952 (IPv4-mapped addresses in mixed notation); undefined if it is no IPv6 address. */
export const canonicalIpv6 = (text: string): string | undefined => {
  if (text.length > 64) return undefined;
  const groups = ipv6Groups(text.replace(/%[\w.-]{1,16}$/, ''));
  if (!groups) return undefined;
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) {
    const [hi = 0, lo = 0] = groups.slice(6);
    return `::ffff:${hi >> 8}.${hi & 255}.${lo >> 8}.${lo & 255}`;
  }
  const zeros = longestZeros(groups);
  if (zeros.at < 0) return join(groups);
  return `${join(groups.slice(0, zeros.at))}::${join(groups.slice(zeros.at + zeros.length))}`;
};

/** Private, reserved and documentation space (RFC 6890): kept, but marked. */
export const isInternalIp = (canonical: string): boolean =>
  canonical.includes(':')
    ? /^(?:::1?$|::ffff:|f[cd]|fe[89ab]|ff|2001:db8:|2001:db8::|100::)/.test(canonical)
    : V4_INTERNAL.test(canonical);
