/** Links of mail security products and redirectors, taken back to the link they wrap. Nothing is looked up. */
import { asciiHost, domainOf } from './host.ts';
import { unwrapProofpoint } from './proofpoint.ts';
import { parseUrl } from './url.ts';

/** What a wrapped link leads to: a URL, or only its host where the rewriter keeps no more. */
export type Unwrapped = { type: 'url' | 'domain'; value: string; via: string };

type Rewriter = {
  name: string;
  /** Host names, or ends of them when they begin with a dot. */
  hosts: string[];
  path?: RegExp;
  read(url: string, parts: URL): string | undefined;
};

const parameter =
  (...names: string[]) =>
  (_: string, parts: URL): string | undefined =>
    names.map((n) => parts.searchParams.get(n)).find((v) => v !== null && v !== '') ?? undefined;

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** A whole URL, percent-encoded, as one part of the path. */
const inPath = (_: string, parts: URL): string | undefined =>
  parts.pathname
    .split('/')
    .map(decoded)
    .find((p) => p !== undefined && /^https?:\/\//i.test(p));

const fromBase64 = (text: string | null): string | undefined => {
  try {
    return text === null ? undefined : atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
};

const REWRITERS: Rewriter[] = [
  {
    name: 'safelinks',
    hosts: ['.safelinks.protection.outlook.com', '.safelinks.protection.office365.us', '.safelinks.o365.cn'],
    read: parameter('url'),
  },
  {
    name: 'safelinks',
    hosts: ['statics.teams.cdn.office.net'],
    path: /\/safelinks\//,
    read: parameter('url'),
  },
  {
    name: 'urldefense',
    hosts: ['urldefense.com', 'urldefense.proofpoint.com', 'urldefense.us'],
    path: /^\/v[123]\//,
    read: unwrapProofpoint,
  },
  { name: 'cisco', hosts: ['secure-web.cisco.com'], read: inPath },
  { name: 'barracuda', hosts: ['linkprotect.cudasvc.com'], path: /^\/url/, read: parameter('a') },
  { name: 'symantec', hosts: ['clicktime.symantec.com'], read: parameter('u') },
  { name: 'sophos', hosts: ['.protection.sophos.com'], read: (_, p) => fromBase64(p.searchParams.get('u')) },
  { name: 'trendmicro', hosts: ['.trendmicro.com'], path: /\/clicktime\//, read: parameter('url') },
  { name: 'fireeye', hosts: ['.fireeye.com'], path: /\/url$/, read: parameter('u') },
  { name: 'mimecast', hosts: ['.mimecast.com'], path: /^\/(?:s|r)\//, read: parameter('url', 'domain') },
  { name: 'avanan', hosts: ['url.avanan.click'], read: (url) => /___(https?:\/\/.+?)___/s.exec(url)?.[1] },
  { name: 'awstrack', hosts: ['.awstrack.me'], path: /^\/L0\//, read: inPath },
  { name: 'google', hosts: ['www.google.com', 'google.com'], path: /^\/url$/, read: parameter('q', 'url') },
  { name: 'youtube', hosts: ['www.youtube.com'], path: /^\/redirect$/, read: parameter('q') },
  {
    name: 'facebook',
    hosts: ['l.facebook.com', 'lm.facebook.com'],
    path: /^\/l\.php$/,
    read: parameter('u'),
  },
  { name: 'linkedin', hosts: ['www.linkedin.com'], path: /^\/(?:safety|redir)\//, read: parameter('url') },
  { name: 'slack', hosts: ['slack-redir.net'], path: /^\/link/, read: parameter('url') },
  { name: 'steam', hosts: ['steamcommunity.com'], path: /^\/linkfilter/, read: parameter('url', 'u') },
];

const serves = (r: Rewriter, parts: URL): boolean =>
  r.hosts.some((h) => (h.startsWith('.') ? parts.hostname.endsWith(h) : parts.hostname === h)) &&
  (r.path === undefined || r.path.test(parts.pathname));

const once = (url: string): Unwrapped | undefined => {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  const rewriter = parts && REWRITERS.find((r) => serves(r, parts));
  const inner = rewriter?.read(url, parts as URL)?.trim();
  if (!rewriter || inner === undefined) return undefined;
  const read = parseUrl(inner);
  if (read) return { type: 'url', value: read.value, via: rewriter.name };
  const domain = asciiHost(inner);
  return domain && domainOf(domain) ? { type: 'domain', value: domain, via: rewriter.name } : undefined;
};

const DEPTH = 5;

/** The link that a rewriter wrapped, also when several wrapped it; `via` is the outermost one. */
export const unwrap = (url: string): Unwrapped | undefined => {
  const outer = once(url);
  let inner = outer;
  for (let i = 0; outer && inner?.type === 'url' && i < DEPTH; i++) {
    const next = once(inner.value);
    if (!next) break;
    inner = { ...next, via: outer.via };
  }
  return inner;
};

const NESTED = /[/?&=#]((?:https?|ftp)(?::\/\/|%3a%2f%2f)[^\s"<>]+)/i;

/** A link inside another link's path or query, plain or percent-encoded. */
export const nestedUrl = (url: string): string | undefined => {
  const inner = NESTED.exec(url.slice(8))?.[1];
  if (inner === undefined) return undefined;
  const plain = /%3a%2f%2f/i.test(inner.slice(0, 16)) ? decoded(inner.replace(/&.*$/s, '')) : inner;
  return plain === undefined ? undefined : parseUrl(plain)?.value;
};
