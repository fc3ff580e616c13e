/** Whether a condition of a content filter holds for a message, and in which words. Pure. */
import { BlockList, isIP } from 'node:net';
import type { Authentication, Condition, TextCondition, Verdict } from '@sightline/api';
import type { Head } from '../queue/message.ts';
import type { Examined } from '../scan/engine.ts';
import { holdsForAny, keyOf, wordsOf } from './text.ts';
import { hitsOf } from './verdict.ts';

/** What a filter can ask about. */
export interface Facts {
  head: Head;
  /** Those of the policy. */
  recipients: readonly string[];
  size: number;
  examined: Examined;
}

type TextOn = Extract<Condition, { op: TextCondition['op'] }>;
type Of<T extends Condition['on']> = Extract<Condition, { on: T }>;

/** The condition in words. */
export function describe(condition: Condition): string {
  if (condition.on === 'header') return `header ${condition.name} ${wordsOf(condition)}`;
  if ('op' in condition) return `${condition.on} ${wordsOf(condition)}`;
  if (condition.on === 'remote ip')
    return `remote ip is ${condition.not ? 'not ' : ''}in ${condition.networks.join(', ')}`;
  if ('atLeast' in condition) return `${condition.on} is at least ${condition.atLeast} bytes`;
  if ('results' in condition) return `${condition.on} result is ${condition.results.join(' or ')}`;
  return condition.on === 'verdict'
    ? `verdict is ${condition.verdicts.join(' or ')}`
    : `${condition.on} is listed`;
}

export function applies(condition: Condition, facts: Facts): boolean {
  if (condition.on === 'body') return ofBody(condition, facts);
  if ('op' in condition) return holdsForAny(condition, textsOf(condition, facts));
  return OTHERS[condition.on](condition as never, facts);
}

/** Read where the body is; only the answers are here. */
const ofBody = (condition: Of<'body'>, { examined }: Facts): boolean =>
  (examined.found.matches ?? []).includes(keyOf(condition)) !== condition.not;

function textsOf(condition: TextOn, { head, recipients, examined }: Facts): readonly string[] {
  const { found } = examined;
  switch (condition.on) {
    case 'subject':
      return [found.subject];
    case 'header':
      return (found.headers ?? [])
        .filter(([name]) => name.toLowerCase() === condition.name.toLowerCase())
        .map(([, value]) => value || ' ');
    case 'sender':
      return [head.sender];
    case 'recipient':
      return recipients;
    case 'attachment name':
      return found.attachments.map((one) => one.name);
    case 'attachment type':
      return found.attachments.map((one) => one.type);
    case 'url':
      return found.urls;
    case 'url host':
      return found.urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []));
    case 'reverse dns':
      return [head.reverseDns];
    case 'sender group':
      return [head.senderGroup];
    default:
      return [];
  }
}

type Other = Exclude<Condition['on'], TextOn['on']>;
const OTHERS: { [T in Other]: (condition: Of<T>, facts: Facts) => boolean } = {
  'attachment size': ({ atLeast }, { examined }) =>
    examined.found.attachments.some((one) => one.size >= atLeast),
  'attachment hash': ({ sha256 }, { examined }) =>
    examined.found.attachments.some((one) => sha256.includes(one.sha256)),
  'message size': ({ atLeast }, { size }) => size >= atLeast,
  'remote ip': ({ networks, not }, { head }) => inNetworks(networks, head.ip) !== not,
  spf: ({ results }, facts) => ofAuthentication(facts, results, (one) => [one.spf.result]),
  dkim: ({ results }, facts) =>
    ofAuthentication(facts, results, ({ dkim }) =>
      dkim.length === 0 ? ['none'] : dkim.map((one) => one.result),
    ),
  dmarc: ({ results }, facts) => ofAuthentication(facts, results, (one) => [one.dmarc.result]),
  verdict: ({ verdicts }, { examined }) =>
    verdicts.some((verdict: Verdict) => hitsOf(verdict, examined).length > 0),
};

/** `none` where it was not looked at. */
function ofAuthentication(
  { examined }: Facts,
  results: readonly string[],
  of: (one: Authentication) => string[],
): boolean {
  const said = examined.authentication ? of(examined.authentication) : ['none'];
  return said.some((one) => results.includes(one));
}

function inNetworks(networks: readonly string[], ip: string): boolean {
  const version = isIP(ip);
  if (version === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const kind = isIP(address);
    if (kind)
      list.addSubnet(address, Number(prefix ?? (kind === 4 ? 32 : 128)), kind === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(ip, version === 4 ? 'ipv4' : 'ipv6');
}
