import { domainToASCII } from 'node:url';

export interface Mailbox {
  local: string;
  /** Lower-case ASCII without a trailing dot, or an address literal in brackets. */
  domain: string;
}

/** Takes an envelope address apart; undefined where it is not one that mail can be sent to. */
export function parseMailbox(address: string): Mailbox | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at < 1 || local.length > 128 || !/^[\x21-\x7e]+$/.test(local)) return undefined;
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
