/** The Authentication-Results field (RFC 8601, methods of RFC 7208, 6376, 9989, 8617): written, and recognised. Pure. */
import { domainToASCII } from 'node:url';
import type { Authentication } from '@sightline/api';
import { words } from './header.ts';

/** What was asked about. */
export interface Asked {
  /** Who says so; a host name by custom. */
  authservId: string;
  ip: string;
  helo: string;
  /** '' is the null reverse-path. */
  sender: string;
}

/** The field with its line end, to stand above everything else. */
export function authResults(asked: Asked, { spf, dkim, dmarc, arc }: Authentication): string {
  const results = [
    `spf=${result(spf.result)}${identity(asked)}`,
    ...(dkim.length === 0 ? ['dkim=none'] : dkim.map(signature)),
    `dmarc=${result(dmarc.result)}${demand(dmarc)}${property('header.from', dmarc.domain)}`,
    `arc=${result(arc.result)}${arc.instance > 0 ? ` (i=${arc.instance})` : ''}${property('smtp.remote-ip', asked.ip)}`,
  ];
  return `Authentication-Results: ${[value(asked.authservId), ...results].join(';\r\n\t')}\r\n`;
}

const result = (text: string): string => (/^[a-z]{1,20}$/.test(text) ? text : 'permerror');

/** The null reverse-path is judged by the name in EHLO (RFC 7208 section 2.4). */
function identity({ sender, helo }: Asked): string {
  if (sender === '') return property('smtp.helo', helo);
  const at = sender.lastIndexOf('@');
  const plain = /^[\w.+=#%&'*/?^`{|}~!$-]+$/.test(sender.slice(0, at));
  return property('smtp.mailfrom', plain ? sender : sender.slice(at + 1), plain);
}

const signature = ({ result: text, domain, selector }: Authentication['dkim'][number]): string =>
  `dkim=${result(text)}${property('header.d', domain)}${property('header.s', selector)}`;

const demand = ({ policy }: Authentication['dmarc']): string =>
  /^(none|quarantine|reject)$/.test(policy) ? ` (p=${policy})` : '';

/** `address`: a mailbox may stand as it is (RFC 8601 section 2.2, `pvalue`), when its domain is one. */
function property(name: string, text: string, address = false): string {
  if (text === '') return '';
  const at = address ? text.lastIndexOf('@') : -1;
  const domain = ascii(text.slice(at + 1));
  if (at > 0 && TOKEN.test(domain)) return ` ${name}=${text.slice(0, at)}@${domain}`;
  return ` ${name}=${value(domain)}`;
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]+$/;

/** A token, or a quoted string. What neither can hold is replaced: nothing ends the string, the line or the field. */
function value(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 255);
  return TOKEN.test(safe) ? safe : `"${safe.replace(/["\\]/g, '\\$&')}"`;
}

/** The A-label form of a domain; text that is no domain as it is. */
function ascii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text) || text;
}

/** Whether a line begins such a field, however it is written. */
export const isAuthResults = (line: string): boolean =>
  /^authentication-results(?:[ \t]*:|[ \t]{200})/i.test(line);

/**
 * Whether such a field speaks, or could be taken to speak, in our name (RFC 8601 section 5). One that cannot be read
 * is worth nothing to anybody, and some reader might take it for ours.
 *
 * @param field with its name and lines, as bytes in latin1
 */
export function claims(field: string, authservId: string): boolean {
  const text = Buffer.from(field.slice(field.indexOf(':') + 1), 'latin1').toString('utf8');
  const ours = canonical(authservId);
  return [text, words(text)].some((one) => {
    const id = idOf(one);
    return id === undefined || canonical(id) === ours;
  });
}

const canonical = (id: string): string => ascii(id.trim()).toLowerCase().replace(/\.$/, '');

/** The authserv-id of a field's value; undefined where there is none that can be read. */
export function idOf(text: string): string | undefined {
  const start = pastComments(text, 0);
  if (start === undefined) return undefined;
  const found = /"((?:[^"\\]|\\.)*)"|[^\0-\x20\x7f()<>@,;:\\"/[\]?=]+/sy;
  found.lastIndex = start;
  const [whole, quoted] = found.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const next = pastComments(text, start + whole.length);
  // Behind it stand a version or the results.
  if (next === undefined || !/^(?:;|$|\d+\s*(?:[;(]|$))/.test(text.slice(next, next + 100))) return undefined;
  return quoted === undefined ? whole : quoted.replace(/\\(.)/gs, '$1');
}

/** Behind white space and comments, which nest; undefined where one has no end. */
function pastComments(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '(') depth++;
    else if (depth > 0 && char === '\\') at++;
    else if (depth > 0 && char === ')') depth--;
    else if (depth === 0 && !/\s/.test(char)) return at;
  }
  return depth === 0 ? text.length : undefined;
}
