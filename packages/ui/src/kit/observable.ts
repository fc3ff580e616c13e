/** How observables are named, shortened and written into a query. */
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
export function shortValue({ type, value }: { type: string; value: string }, limit = 60): string {
  if (isHash(type)) return middle(value, 8, 6);
  return visible(middle(value, Math.ceil(limit * 0.66), Math.floor(limit * 0.3)));
}

/**
 * `email_subject:"test test"`, the form that the query box reads back without loss. The same as `typed` of
 * `@sightline/ctim`, which would bring the list of public suffixes into every page.
 */
export const typed = ({ type, value }: Observable): string =>
  `${type}:"${value.replace(/[\\"\n]/g, '\\$&')}"`;
