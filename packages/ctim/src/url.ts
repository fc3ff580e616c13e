/** URLs as people write them: scheme repair, where one ends, its host. */
import { asciiHost, domainOf } from './host.ts';
import { canonicalIpv6, isIpv4 } from './ip.ts';

/** Schemes with the ways they are made unclickable; the separator may be written with backslashes. */
export const SCHEME = '(?:h[tx*]{2}ps?|meow|fxps?|ftps?|sftp|tcp|udp|ldaps?|wss?)';
const SEPARATOR = '(?::\\/{2,3}|:\\\\{2})';
const START = new RegExp(`^(${SCHEME})${SEPARATOR}`, 'i');

/** Finds the start of URLs in a longer text. */
export const schemes = (): RegExp => new RegExp(`${SCHEME}${SEPARATOR}`, 'gi');

const SCHEME_NAMES: Readonly<Record<string, string>> = { meow: 'http', fxp: 'ftp', fxps: 'ftps' };
const schemeName = (text: string): string => {
  const low = text.toLowerCase();
  return SCHEME_NAMES[low] ?? (low.startsWith('h') ? `http${low.endsWith('s') ? 's' : ''}` : low);
};

export type ParsedUrl = {
  /** Scheme and host in lower case and A-labels, all else as written. */
  value: string;
  /** Host as written in `value`, without port and brackets. */
  host: string;
  /** What else the host stands for: a registrable name or an address. */
  names: { type: 'domain' | 'ip' | 'ipv6'; value: string } | undefined;
};

const MARK = /^[^/?#\\]*/;
const AUTHORITY = /^(.*@)?(\[[^\]]*\]|[^:@]*)(:\d{0,5})?$/;

/** `example.com,next` is a list: where its first ends. `example,com` is `example.com` in disguise. */
const listComma = (text: string): number => {
  const authority = MARK.exec(text.slice(text.indexOf('://') + 3))?.[0] ?? '';
  const comma = authority.indexOf(',');
  return comma > 0 && domainOf(authority.slice(0, comma)) ? text.indexOf(',') : text.length;
};

const named = (host: string, url: string): ParsedUrl['names'] => {
  const v6 = host.startsWith('[') ? canonicalIpv6(host.slice(1, -1)) : undefined;
  if (v6 !== undefined) return { type: 'ipv6', value: v6 };
  if (isIpv4(host)) return { type: 'ip', value: host };
  const domain = domainOf(host);
  if (domain !== undefined) return { type: 'domain', value: domain };
  const read = /^(?:0x[0-9a-f]+|\d+)(?:\.|$)/.test(host) && URL.canParse(url) ? new URL(url).hostname : '';
  return isIpv4(read) ? { type: 'ip', value: read } : undefined;
};

const hostText = (host: string): string | undefined => {
  if (host.startsWith('[')) {
    const v6 = canonicalIpv6(host.slice(1, -1));
    return v6 === undefined ? undefined : `[${v6}]`;
  }
  return (
    asciiHost(host) ?? (/^[+*]$/.test(host) || /^\*(\.[\w-]+)+$/.test(host) ? host.toLowerCase() : undefined)
  );
};

/** Reads a URL with a scheme, defanged or not; undefined if it is none. The path stays as it was written. */
export const parseUrl = (text: string): ParsedUrl | undefined => {
  const start = START.exec(text);
  if (!start) return undefined;
  const rest = text.slice(start[0].length);
  const authority = AUTHORITY.exec(MARK.exec(rest)?.[0] ?? '');
  const host = hostText((authority?.[2] ?? '').replaceAll(',', '.'));
  if (!authority || host === undefined || host === '') return undefined;
  const after = (authority[3] ?? '') + rest.slice(authority[0].length);
  const path = start[0].includes('\\') ? after.replaceAll('\\', '/') : after;
  const value = `${schemeName(start[1] ?? '')}://${authority[1] ?? ''}${host}${path}`;
  return { value, host, names: named(host, value.replace(/^[a-z]+:/, 'http:')) };
};

const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Index of the first bracket that closes what was not opened; the text around a URL does that, a URL does not. */
const unopened = (text: string): number => {
  const open = new Map<string, number>();
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const opener = CLOSERS[char];
    if (opener !== undefined) {
      const depth = (open.get(opener) ?? 0) - 1;
      if (depth < 0) return i;
      open.set(opener, depth);
    } else if ('([{'.includes(char)) open.set(char, (open.get(char) ?? 0) + 1);
  }
  return text.length;
};

const before = (text: string, mark: string): number => {
  const at = text.indexOf(mark);
  return at < 0 ? text.length : at;
};

/** `http://a.com/b[text]` and `http://a.com/b[/url]`: markup; a bracket is part of a query only. */
const label = (text: string): number => {
  const path = text.indexOf('://') + 4;
  const at = text.indexOf('[', path);
  const query = before(text, '?');
  return at < 0 || (query < at && text[at + 1] !== '/') ? text.length : at;
};

const ENDING = new Set(".,;:!?*'`\\|…([{");

/** Length of the URL at the start of a text: without closing brackets and sentence marks that are not
 * its own. `mark` is the character before it: what it opened is closed. */
export const urlLength = (text: string, mark: string): number => {
  let end = Math.min(
    unopened(text),
    listComma(text),
    label(text),
    mark === "'" ? before(text, mark) : text.length,
  );
  while (end > 0 && ENDING.has(text[end - 1] ?? '')) end--;
  const own = text.slice(0, end);
  if (own.endsWith('++')) return end - 2;
  return '+_~='.includes(mark) && mark !== '' && own.endsWith(mark) ? end - 1 : end;
};
