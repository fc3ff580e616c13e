/** Host names: grammar (RFC 1123, with the underscore labels that DNS uses), A-labels, public suffixes. */
import { parse } from 'tldts';

const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const OPTIONS = { extractHostname: false, detectIp: false, validateHostname: false };
const OVERLAY = new Set(['onion', 'i2p']);
const ASCII = /^[\x21-\x7e]+$/;

const idna = (host: string): string | undefined => {
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(host)) return undefined;
  const url = `http://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
};

/** Lower-case A-label form without the final dot; undefined if it cannot be a host name. */
export const asciiHost = (text: string): string | undefined => {
  if (text.length > 512) return undefined;
  const host = text.endsWith('.') ? text.slice(0, -1) : text;
  const ascii = ASCII.test(host) ? host.toLowerCase() : idna(host.normalize('NFC'));
  return ascii !== undefined && HOST.test(ascii) ? ascii : undefined;
};

export const lastLabel = (host: string): string => host.slice(host.lastIndexOf('.') + 1);

/** Whether a host in A-label form is a name that can be registered: below a public suffix, or an overlay network. */
export const isDomain = (host: string): boolean => {
  if (!host.includes('.')) return false;
  if (OVERLAY.has(lastLabel(host))) return true;
  const found = parse(host, OPTIONS);
  return found.isIcann === true && found.domain !== null;
};

/** The A-label form of a text that is a registrable name, else undefined. */
export const domainOf = (text: string): string | undefined => {
  const host = asciiHost(text);
  return host !== undefined && isDomain(host) ? host : undefined;
};
