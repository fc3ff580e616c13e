/** What a URL in a text yields: itself, its host, what it wraps, hashes it names. */
import { ambiguous, certain, type Draft } from './found.ts';
import { isInternalIp } from './ip.ts';
import { nestedUrl, unwrap } from './unwrap.ts';
import { type ParsedUrl, parseUrl } from './url.ts';

const hostDraft = (names: ParsedUrl['names']): Draft[] => {
  if (!names) return [];
  const internal = names.type !== 'domain' && isInternalIp(names.value);
  return [certain(names.type, names.value, 'host-of-url', ...(internal ? ['internal'] : []))];
};

const idnTags = (host: string): string[] => (/(?:^|\.)xn--/.test(host) ? ['idn'] : []);

/** SHA-256 as a part of the path, as analysis sites have it. */
const hashDraft = (url: string): Draft[] => {
  const hash = /\/([0-9a-f]{64})(?=[/?#]|$)/i.exec(url)?.[1];
  return hash === undefined ? [] : [ambiguous('sha256', hash.toLowerCase())];
};

const plainDrafts = (url: ParsedUrl): Draft[] => {
  const nested = nestedUrl(url.value);
  return [
    certain('url', url.value, ...idnTags(url.host)),
    ...hostDraft(url.names),
    ...(nested === undefined ? [] : [{ ...ambiguous('url', nested), via: 'nested' }]),
    ...hashDraft(url.value),
  ];
};

/**
 * Drafts for the text of a URL. A rewriter's own link and host say nothing about the mail, so only what it wraps
 * is yielded. A link inside a link is ambiguous: it may be the trap or the page it hides behind.
 */
export const linkDrafts = (text: string): Draft[] => {
  const url = parseUrl(text);
  if (!url) return [];
  const inner = unwrap(url.value);
  if (!inner) return plainDrafts(url);
  const names = inner.type === 'url' ? parseUrl(inner.value)?.names : undefined;
  return [certain(inner.type, inner.value), ...hostDraft(names)].map((d) => ({ ...d, via: inner.via }));
};
