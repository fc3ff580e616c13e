import { domainToASCII } from 'node:url';

export interface Mailbox {
  local: string;
  /** Lower-case ASCII without a trailing dot, or an address literal in brackets. */
  domain: string;
}

const ASCII = /^[\x21-\x7e]+$/;
// What a UTF-8 decoder puts in place of bytes that are none, and what is invisible or turns text around.
const UNFIT =
  /[\p{Cc}\p{Cs}\p{Cn}\p{Zs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/u;

/**
 * Takes an envelope address apart; undefined where it is not one that mail can be sent to.
 * @param utf8 whether the local part may have other characters than ASCII (RFC 6531)
 */
export function parseMailbox(address: string, utf8 = false): Mailbox | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at < 1 || Buffer.byteLength(local) > 128) return undefined;
  if (!ASCII.test(local) && (!utf8 || UNFIT.test(local))) return undefined;
  const domain = asciiDomain(address.slice(at + 1));
  return domain ? { local, domain } : undefined;
}

/** A domain in lower-case ASCII, or an address literal; '' if it is neither. */
export function asciiDomain(raw: string): string {
  if (/^\[[0-9a-zA-Z:.]{3,64}\]$/.test(raw)) return raw.toLowerCase();
  const domain = domainToASCII(raw.replace(/\.$/, '').toLowerCase());
  return domain.length <= 253 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(domain) ? domain : '';
}

/** Local parts that an old next hop could take for a way to a third host (`user%other`, `other!user`, quoted @). */
export const isRouted = (local: string): boolean => /[%!@:"\\]/.test(local);

/** The address as it goes on: domain in ASCII, local part untouched. */
export const write = ({ local, domain }: Mailbox): string => `${local}@${domain}`;
