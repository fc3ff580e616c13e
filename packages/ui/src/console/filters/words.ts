/** A content filter as a sentence. Pure. */
import { type Condition, type ContentFilter, type FilterAction, VERDICTS } from '@sightline/api';
import { middle } from '../../kit/text.ts';
import { amountText, SIZES } from '../amount.ts';

type TextOn = Extract<Condition, { op: string }>;
/** What the text is of; the second where there can be several of them, none of which fits. */
const OF: Record<TextOn['on'], readonly [is: string, none?: string]> = {
  subject: ['the subject'],
  body: ['the body'],
  header: ['the header'],
  sender: ['the sender'],
  recipient: ['a recipient', 'no recipient'],
  'attachment name': ['the name of an attachment', 'no name of an attachment'],
  'attachment type': ['the type of an attachment', 'no type of an attachment'],
  url: ['a link', 'no link'],
  'url host': ['the host of a link', 'no host of a link'],
  'reverse dns': ['the reverse DNS'],
  'sender group': ['the sender group'],
};

const NOT: Record<TextOn['op'], string> = {
  contains: 'does not contain',
  is: 'is not',
  'begins with': 'does not begin with',
  'ends with': 'does not end with',
  matches: 'does not match',
  exists: 'does not exist',
};

/** Comparison and `not` in one choice. */
export const TESTS: readonly (readonly [op: TextOn['op'], not: boolean, label: string])[] = (
  Object.keys(NOT) as TextOn['op'][]
).flatMap((op) => [[op, false, op] as const, [op, true, NOT[op]] as const]);

const or = (list: readonly string[]): string => list.join(' or ');
const quoted = (text: string): string => `"${text}"`;

function textWords(one: TextOn): string {
  const [is, none] = OF[one.on];
  const what = one.on === 'header' ? `${is} ${one.name}` : is;
  const test = one.not && none ? `${none} ${one.op}` : `${what} ${one.not ? NOT[one.op] : one.op}`;
  return one.op === 'exists' ? test : `${test} ${quoted(one.value)}`;
}

type Other = Exclude<Condition['on'], TextOn['on']>;
const WORDS: { [T in Other]: (one: Extract<Condition, { on: T }>) => string } = {
  'attachment size': ({ atLeast }) => `an attachment has at least ${amountText(atLeast, SIZES)}`,
  'attachment hash': ({ sha256 }) =>
    sha256.length > 1
      ? `an attachment has one of ${sha256.length} SHA-256 hashes`
      : `an attachment has the SHA-256 ${middle(sha256[0] ?? '')}`,
  'message size': ({ atLeast }) => `the message has at least ${amountText(atLeast, SIZES)}`,
  'remote ip': ({ networks, not }) => `the client is ${not ? 'not ' : ''}in ${or(networks)}`,
  spf: ({ results }) => `SPF says ${or(results)}`,
  dkim: ({ results }) => `DKIM says ${or(results)}`,
  dmarc: ({ results }) => `DMARC says ${or(results)}`,
  verdict: ({ verdicts }) => `the verdict is ${or(verdicts.map((verdict) => VERDICTS[verdict]))}`,
};

export const conditionWords = (one: Condition): string =>
  'op' in one ? textWords(one) : WORDS[one.on](one as never);

const DOES: { [T in FilterAction['do']]: (one: Extract<FilterAction, { do: T }>) => string } = {
  quarantine: ({ quarantine }) => `quarantine in ${quarantine}`,
  'copy to quarantine': ({ quarantine }) => `put a copy into ${quarantine}`,
  drop: () => 'drop',
  reject: ({ text }) => `reject with ${quoted(text)}`,
  'strip attachments': ({ name, type }) =>
    ['strip attachments', name && `named ${name}`, type && `of type ${type}`].filter(Boolean).join(' '),
  'add header': ({ name, value }) => `add ${name}: ${value}`,
  'remove header': ({ name }) => `remove ${name}`,
  'tag subject': ({ prefix }) => `tag the subject ${quoted(prefix.trim())}`,
  bcc: ({ address }) => `send a copy to ${address}`,
  notify: ({ address }) => `notify ${address}`,
  route: ({ host, port }) => `deliver to ${host}${port === 25 ? '' : `:${port}`}`,
  log: ({ text }) => `write ${quoted(text)} into tracking`,
  'skip remaining filters': () => 'skip the remaining filters',
};

export const actionWords = (one: FilterAction): string => DOES[one.do](one as never);

/** If the subject contains "invoice" and DMARC says fail, then quarantine in Policy. */
export function filterWords({ match, conditions, actions }: ContentFilter): string {
  const when = conditions.map(conditionWords).join(match === 'all' ? ' and ' : ' or ');
  const then = actions.map(actionWords).join(', ');
  return when === '' ? `Always ${then}.` : `If ${when}, then ${then}.`;
}
