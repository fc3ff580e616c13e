/** How observables are named, shortened, defanged and written into a query. */
import type { Observable, ObservableType } from '@sightline/ctim';
import { middle, visible } from './text.ts';

const NAMES: Partial<Record<ObservableType, string>> = {
  ip: 'IP Address',
  ipv6: 'IPv6 Address',
  domain: 'Domain',
  url: 'URL',
  email: 'Email Address',
  email_subject: 'Email Subject',
  email_messageid: 'Email Message ID',
  cisco_mid: 'Cisco Message ID',
  sha256: 'SHA-256',
  sha1: 'SHA-1',
  md5: 'MD5',
  file_name: 'File Name',
  file_path: 'File Path',
  hostname: 'Host Name',
  user: 'User',
  mac_address: 'MAC Address',
};

/** `Email Subject` for `email_subject`; other types in their own words. */
export const typeName = (type: string): string => NAMES[type as ObservableType] ?? type.replaceAll('_', ' ');

const HASHES = new Set(['sha256', 'sha1', 'md5']);
export const isHash = (type: string): boolean => HASHES.has(type);

/** A value that fits a chip; hashes and other long values keep head and tail. */
export function shortValue({ type, value }: Observable, limit = 60): string {
  if (isHash(type)) return middle(value, 8, 6);
  return visible(middle(value, Math.ceil(limit * 0.66), Math.floor(limit * 0.3)));
}

const DEFANGED = new Set(['ip', 'ipv6', 'domain', 'hostname', 'url', 'email']);

/** `hxxps://evil[.]example/x`: cannot be clicked by accident wherever it is pasted. */
export function defang({ type, value }: Observable): string {
  if (!DEFANGED.has(type)) return value;
  if (type === 'ipv6') return value.replaceAll(':', '[:]');
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(value) ?? [];
  const slash = rest.search(/[/?#]/);
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  return scheme.replace(/^http/i, 'hxxp') + host.replaceAll('.', '[.]').replace('@', '[@]') + path;
}

/** `email_subject:"test test"`: the typed form that the query box reads back without loss. */
export function typed({ type, value }: Observable): string {
  return `${type}:"${value.replace(/[\\"]/g, '\\$&')}"`;
}
