/** What one token without a scheme is. */
import { ambiguous, certain, type Draft } from './found.ts';
import { type Around, fileSureness, guessName, isVersion } from './guards.ts';
import { domainOf } from './host.ts';
import { canonicalIpv6, isInternalIp, isIpv4 } from './ip.ts';
import { canonicalEmail, canonicalMac } from './normalise.ts';
import type { ObservableType } from './vocab.ts';

/** Where a token stood. Asked only when it matters. */
export type Context = {
  around(): Around;
  /** The line so far, up to 300 characters. */
  line(): string;
  /** Whether the text was changed to make it readable. */
  defanged(): boolean;
  /** Whether it stood in angle brackets. */
  bracketed: boolean;
};

/** Drafts; an empty list is "known, and nothing of interest"; undefined is "unknown, take it apart". */
export type Classified = Draft[] | undefined;

const HASHES: Readonly<Record<number, ObservableType>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };
/** Hashes of no bytes at all. */
const EMPTY =
  /^(?:d41d8cd98f00b204e9800998ecf8427e|da39a3ee5e6b4b0d3255bfef95601890afd80709|e3b0c44298fc1c14)/;

const ofHash = (text: string, ctx: Context): Classified => {
  const type = HASHES[text.length];
  if (!type || !/^[0-9a-f]+$/i.test(text)) return undefined;
  const isCommit = type === 'sha1' && /(?:\bcommit[ :/]{0,2}|@)$/i.test(ctx.around().before);
  if (isCommit || /^(.)\1+$/.test(text)) return [];
  const value = text.toLowerCase();
  return [certain(type, value, ...(EMPTY.test(value) ? ['empty-file'] : []))];
};

const ofMac = (text: string): Classified => {
  const value = text.length > 17 ? undefined : canonicalMac(text);
  return value === undefined ? undefined : [certain('mac_address', value)];
};

export const ofAddress = (type: 'ip' | 'ipv6', value: string): Draft =>
  certain(type, value, ...(isInternalIp(value) ? ['internal'] : []));

const V4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?:(:\d{1,5})|\/(\d{1,2})|(?:-(\d{1,3}(?:\.\d{1,3}){3})))?$/;

const ofIpv4 = (text: string, ctx: Context): Classified => {
  const [, address = '', port, prefix, last] = V4.exec(text) ?? [];
  if (!isIpv4(address)) return undefined;
  if (prefix !== undefined && prefix !== '32') return [];
  if (last !== undefined) return isIpv4(last) ? [ofAddress('ip', address), ofAddress('ip', last)] : [];
  if (port === undefined && !ctx.defanged() && isVersion(ctx.around())) return [];
  return [ofAddress('ip', address)];
};

const V6 = /^([0-9a-f:.]+(?:%[\w.-]{1,16})?)(?:\/(\d{1,3}))?$/i;

/** `dead::beef` may be a name in a program: it takes a digit or a third group. */
const isSureIpv6 = (text: string): boolean => /\d/.test(text) || text.split(':').length > 4;

const ofIpv6 = (text: string, ctx: Context): Classified => {
  if (!text.includes(':') || text.length > 64) return undefined;
  const [, address = '', prefix] = V6.exec(text) ?? [];
  const value = canonicalIpv6(address);
  if (value === undefined) return undefined;
  if (value === '::' || (prefix !== undefined && prefix !== '128')) return [];
  return isSureIpv6(text) || ctx.defanged() ? [ofAddress('ipv6', value)] : [ambiguous('ipv6', value)];
};

const ID_LABEL = /(?:^|[\s"])(?:x-)?(?:[\w-]*message-?id|in-reply-to|references)["']?\s{0,4}[:=].*$/is;
const MACHINE_MADE = /\d{8}[._-]|[0-9a-f]{16}|^.{40,}$|\$/i;
const ADDRESS_LINE = /(?:from|to|cc|sender|path|errors)["']?\s{0,4}[:=][^:]*$/i;

/** RFC 5322 3.6.4: an id is shaped like an address, so the header's name or a machine-made left part must tell. */
const ofMessageId = (text: string, ctx: Context): Classified => {
  const m = /^([^\s@<>]{1,512})@([^\s@<>]{1,255})$/.exec(text);
  if (!m) return undefined;
  const line = ctx.line();
  const made = ctx.bracketed && MACHINE_MADE.test(m[1] ?? '') && !ADDRESS_LINE.test(line);
  if (!made && !ID_LABEL.test(line)) return undefined;
  return [certain('email_messageid', text)];
};

const ADDRESS_LABEL =
  /(?:from|to|cc|bcc|sender|reply-to|return-path|mailto|e-?mail|mail|address|sip|xmpp|smtp|rfc822|contact)['"]?:$/i;

/** `to=joe@…` in a log; `bounce=joe=…@…` is an address. */
const FIELD = /^[\w-]*(?:from|to|cc|sender|recipient|rcpt|user|mail|address|login|account)=/i;

const ofEmail = (text: string, ctx: Context): Classified => {
  if (!text.includes('@') || FIELD.test(text)) return undefined;
  const id = ofMessageId(text, ctx);
  if (id) return id;
  const value = canonicalEmail(text.replace(/\?.*$/, ''));
  if (value === undefined || domainOf(value.slice(value.indexOf('@') + 1)) === undefined) return undefined;
  const before = ctx.around().before;
  return before.endsWith(':') && !ADDRESS_LABEL.test(before)
    ? [ambiguous('email', value)]
    : [certain('email', value)];
};

const nameTags = (text: string): string[] => (/[^\x21-\x7e]|xn--/i.test(text) ? ['idn'] : []);

const ofName = (text: string, ctx: Context): Classified => {
  const host = domainOf(text);
  if (host === undefined) return undefined;
  const guess = ctx.defanged() ? 'certain' : guessName(text, host, ctx.around());
  if (guess === 'ignore') return [];
  if (guess === 'file') return [ambiguous('file_name', text, 'domain')];
  if (guess === 'ambiguous') return [ambiguous('domain', host, 'file_name')];
  return [certain('domain', host, ...nameTags(text))];
};

const PLACE = /^([^/?#:@\s]+)(?::\d{1,5})?(?:([/?#])(.*))?$/s;

/** `host:port` and `host/path`: the host is sure, the link without a scheme is not. */
const ofPlace = (text: string, ctx: Context): Classified => {
  const [whole, host = '', mark, path] = PLACE.exec(text) ?? [];
  if (!whole || host === text || !host.includes('.')) return undefined;
  const found = isIpv4(host) ? [ofAddress('ip', host)] : ofName(host, ctx);
  if (found?.[0]?.confidence !== 'certain') return undefined;
  if (mark === undefined || path === '') return found;
  const url = { ...ambiguous('url', `http://${text}`), tags: ['schemeless'] };
  return [...found, url];
};

const ofPath = (text: string): Classified =>
  /^(?:\/[\w@+-][\w.@+-]*){2,}\/?$/.test(text) && !domainOf(text.split('/')[1] ?? '')
    ? [ambiguous('file_path', text)]
    : undefined;

const ofFile = (text: string): Classified => {
  const sure = fileSureness(text);
  if (sure === undefined || domainOf(text) !== undefined) return undefined;
  return sure === 'certain' ? [certain('file_name', text)] : [ambiguous('file_name', text)];
};

/** Classifies in a fixed order; the first that knows the token decides. */
export const classify = (text: string, ctx: Context): Classified =>
  ofEmail(text, ctx) ??
  ofHash(text, ctx) ??
  ofMac(text) ??
  ofIpv4(text, ctx) ??
  ofIpv6(text, ctx) ??
  ofPath(text) ??
  ofFile(text) ??
  ofName(text, ctx) ??
  ofPlace(text, ctx);
