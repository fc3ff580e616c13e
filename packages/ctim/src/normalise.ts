/** The canonical form of an observable, used to compare and to look up. */
import { asciiHost } from './host.ts';
import { canonicalIpv6, isIpv4 } from './ip.ts';
import type { Observable } from './observable.ts';
import { refang } from './refang.ts';
import { parseUrl } from './url.ts';
import type { ObservableType } from './vocab.ts';

const EMAIL = /^([^\s@()<>,;:\\"[\]]{1,64})@([^@\s]+)$/u;

/** Lower case, domain in A-labels; undefined if it is no address. The domain need not be a public one. */
export const canonicalEmail = (text: string): string | undefined => {
  const [, local, domain] = EMAIL.exec(text) ?? [];
  const host = domain === undefined ? undefined : asciiHost(domain);
  return local === undefined || host === undefined ? undefined : `${local.toLowerCase()}@${host}`;
};

const MAC = /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i;

/** Lower-case pairs with colons. Reads colons, hyphens and the dotted groups of four. */
export const canonicalMac = (text: string): string | undefined =>
  MAC.test(text)
    ? text
        .toLowerCase()
        .replace(/[^0-9a-f]/g, '')
        .match(/../g)
        ?.join(':')
    : undefined;

const hex =
  (length: number) =>
  (text: string): string | undefined =>
    text.length === length && /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : undefined;

/** Without angle brackets and the space around them. */
const messageId = (text: string): string | undefined => /^\s*<?\s*([^\s<>]+)\s*>?\s*$/.exec(text)?.[1];

const matching =
  (pattern: RegExp) =>
  (text: string): string | undefined =>
    pattern.test(text) ? text : undefined;

type Canonical = (text: string) => string | undefined;

const CANONICAL: Partial<Record<ObservableType, Canonical>> = {
  ip: (text) => (isIpv4(text) ? text : undefined),
  ipv6: canonicalIpv6,
  domain: asciiHost,
  hostname: asciiHost,
  email: canonicalEmail,
  url: (text) => parseUrl(text)?.value,
  md5: hex(32),
  sha1: hex(40),
  sha256: hex(64),
  mac_address: canonicalMac,
  email_messageid: messageId,
  cisco_mid: matching(/^[1-9]\d{0,18}$/),
};

const REFANGED: ReadonlySet<ObservableType> = new Set(['ip', 'ipv6', 'domain', 'url', 'email']);

/** Whether values of this type have a form that can be told right from wrong. */
export const isChecked = (type: ObservableType): boolean => type in CANONICAL;

/** The canonical observable, undefined where the value is not one of its type. `ip` with an IPv6 address becomes `ipv6`. */
export const canonical = ({ type, value }: Observable): Observable | undefined => {
  const plain = REFANGED.has(type) ? refang(value).trim() : value;
  const form = CANONICAL[type];
  const read = form ? form(plain) : plain;
  if (read !== undefined) return { type, value: read };
  const v6 = type === 'ip' ? canonicalIpv6(plain) : undefined;
  return v6 === undefined ? undefined : { type: 'ipv6', value: v6 };
};

/** The canonical form; a value that is not one of its type comes back as it is. */
export const normalise = (observable: Observable): Observable =>
  canonical(observable) ?? { type: observable.type, value: observable.value };
