/** A search as the parts of the store carry it out. */
import type { KeyValue, TextTest, WholeSearch } from '@sightline/api';
import type { Hash, Hasher } from './hash.ts';
import { bounds, type Network, network } from './ip.ts';
import { comparable, networkOf } from './keys.ts';
import { eventFlag, type FieldName, FLAG, KIND, reversed, stateFlag } from './terms.ts';
import { fold } from './text.ts';

/** Strings of a field that pass: a span in order of strings, or those that contain a text. */
export type FieldTest =
  | { field: FieldName; op: 'span'; first: string; last: string }
  | { field: FieldName; op: 'begins_with' | 'contains'; text: string };

/** Some of these bits, or none of them. */
export interface FlagTest {
  bits: number;
  want: 'some' | 'none';
}

/** All tests hold. `never`: nothing can pass. */
export interface Plan {
  hashes: Hash[];
  fields: FieldTest[];
  flags: FlagTest[];
  never: boolean;
}

export function planOf(q: WholeSearch, hash: Hasher): Plan {
  const plan: Plan = { hashes: [], fields: [], flags: [], never: false };
  if (q.mid !== undefined) plan.hashes.push(hash(KIND.mid, String(q.mid)));
  if (q.messageId !== undefined) exact(plan, hash, 'message_id', q.messageId);
  if (q.sha256 !== undefined) exact(plan, hash, 'sha256', q.sha256);
  if (q.ip !== undefined) addNetwork(plan, q.ip);
  addText(plan, 'sender', q.sender);
  addText(plan, 'recipient', q.recipient);
  addText(plan, 'subject', q.subject);
  addText(plan, 'attachment', q.attachment);
  if (q.direction) plan.flags.push({ bits: FLAG[q.direction], want: 'some' });
  if (q.states) plan.flags.push({ bits: q.states.reduce((bits, s) => bits | stateFlag(s), 0), want: 'some' });
  if (q.events) plan.flags.push({ bits: q.events.reduce((bits, e) => bits | eventFlag(e), 0), want: 'some' });
  if (q.holds) addProbe(plan, probeOf(q.holds, hash));
  return plan;
}

/** How the messages that hold a value are found; undefined if none can. */
export type Probe = { hash: Hash } | { test: FieldTest } | undefined;

export function probeOf(asked: KeyValue, hash: Hasher): Probe {
  const net = networkOf(asked);
  if (net) return { test: inNet(net) };
  const wanted = comparable[asked.key](asked.value);
  if (wanted === '') return undefined;
  if (!asked.subdomains) return { hash: hash(KIND[asked.key], wanted) };
  return { test: { field: 'domain', op: 'begins_with', text: reversed(wanted) } };
}

function addProbe(plan: Plan, probe: Probe): void {
  if (!probe) plan.never = true;
  else if ('hash' in probe) plan.hashes.push(probe.hash);
  else plan.fields.push(probe.test);
}

function inNet(net: Network): FieldTest {
  const [first, last] = bounds(net);
  return { field: 'ip', op: 'span', first, last };
}

/** Bits pass every test. */
export const flagsPass = (flags: number, tests: readonly FlagTest[]): boolean =>
  tests.every((t) => ((flags & t.bits) !== 0) === (t.want === 'some'));

/** A string passes. */
export function stringPasses(text: string, test: FieldTest): boolean {
  if (test.op === 'span') return text >= test.first && text <= test.last;
  return test.op === 'contains' ? text.includes(test.text) : text.startsWith(test.text);
}

function exact(plan: Plan, hash: Hasher, key: 'message_id' | 'sha256', value: string): void {
  const wanted = comparable[key](value);
  if (wanted !== '') plan.hashes.push(hash(KIND[key], wanted));
}

function addNetwork(plan: Plan, text: string): void {
  const net = network(text);
  if (!net) {
    plan.never = true;
    return;
  }
  plan.fields.push(inNet(net));
}

type TextField = 'sender' | 'recipient' | 'subject' | 'attachment';

function addText(plan: Plan, field: TextField, test: TextTest | undefined): void {
  if (!test) return;
  if (test.op === 'is_empty') {
    plan.flags.push({ bits: FLAG[field], want: 'none' });
    return;
  }
  const text = fold(test.value);
  if (test.op === 'is') plan.fields.push({ field, op: 'span', first: text, last: text });
  else plan.fields.push({ field, op: test.op, text });
}
