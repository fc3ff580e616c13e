/** What one policy does with a message: its verdicts first, then its content filters. Pure. */
import {
  type ContentFilter,
  type FilterAction,
  type Policies,
  type Reply,
  VERDICTS,
  type Verdict,
  type VerdictAction,
} from '@sightline/api';
import { like } from '../scan/wildcard.ts';
import { applies, describe, type Facts } from './condition.ts';
import type { Copy, Edit, Extra, Fate, Stay } from './decision.ts';
import type { Note } from './note.ts';
import { type Hit, hitsOf } from './verdict.ts';

/** As `Fate`, before it is known whether all recipients agree. */
export type Wish = Exclude<Fate, { do: 'bounce' }> | { do: 'reject' | 'defer'; by: string; reply: Reply };

export type Treatment = Omit<Copy, 'rids' | 'policy' | 'fate'> & { wish: Wish };

/** A policy with what it leaves to DEFAULT filled in. */
export interface Whole {
  name: string;
  verdicts: Policies['incoming']['default']['verdicts'];
  filters: readonly ContentFilter[];
}

interface State {
  edits: Edit[];
  extras: Extra[];
  actions: string[];
  why: string[];
  into: Stay[];
  hop?: Copy['hop'];
  end?: Wish;
  /** Parts that are gone already. */
  stripped: Set<string>;
}

const LATER: Reply = {
  code: 451,
  status: '4.7.1',
  text: 'The message cannot be checked now, try again later.',
};
const UNWANTED: Reply = { code: 554, status: '5.7.1', text: 'The message is not wanted here.' };

export function treat(policy: Whole, facts: Facts, note: Note): Treatment {
  const state: State = { edits: [], extras: [], actions: [], why: [], into: [], stripped: new Set() };
  postpone(facts, state);
  for (const verdict of Object.keys(VERDICTS) as Verdict[]) {
    if (!state.end) judge(verdict, policy.verdicts[verdict], facts, state, note);
  }
  for (const filter of policy.filters) {
    if (state.end || run(filter, facts, state, note) === 'skip') break;
  }
  const { end, into, stripped: _, ...rest } = state;
  return { ...rest, wish: end ?? (into.length > 0 ? { do: 'quarantine', into } : { do: 'deliver' }) };
}

/** An engine that is away, or asks for time, and whose settings want the message put off. */
function postpone({ examined }: Facts, state: State): void {
  const one = examined.results.find((result) => result.wants === 'defer');
  if (!one) return;
  const text = [one.engine, ...one.names].join(': ');
  state.why.push(text);
  state.end = { do: 'defer', by: one.engine, reply: LATER };
}

function judge(verdict: Verdict, action: VerdictAction, facts: Facts, state: State, note: Note): void {
  const hits = hitsOf(verdict, facts.examined);
  if (hits.length === 0) return;
  const label = VERDICTS[verdict];
  const reason = `${label}: ${hits.map((hit) => hit.text).join('; ')}`;
  state.why.push(reason);
  const end = endOf(action, label, reason);
  if (end?.do === 'quarantine') state.into.push(...end.into);
  else if (end) state.end = end;
  else soften(action, hits, label, facts, state);
  const does = wordsOf(action);
  state.actions.push(...does.map((text) => `${label}: ${text}`));
  note({ step: label, text: `${hits.map((hit) => hit.text).join('; ')} -> ${does.join(', ') || 'deliver'}` });
}

function endOf(action: VerdictAction, by: string, reason: string): Wish | undefined {
  if (action.do === 'drop') return { do: 'drop', by, reason };
  if (action.do === 'reject') return { do: 'reject', by, reply: UNWANTED };
  if (action.do === 'defer') return { do: 'defer', by, reply: LATER };
  if (action.do === 'quarantine')
    return { do: 'quarantine', into: [{ quarantine: action.quarantine, reason }] };
  return undefined;
}

/** It is delivered, changed. */
function soften(action: VerdictAction, hits: Hit[], label: string, facts: Facts, state: State): void {
  if (action.tag !== '') state.edits.push({ do: 'tag subject', prefix: action.tag });
  if (action.header) state.edits.push({ do: 'add header', ...action.header });
  if (!action.strip) return;
  const all = facts.examined.found.attachments.map((_, i) => i);
  strip(
    hits.flatMap((hit) => hit.attachments ?? all),
    label,
    facts,
    state,
  );
}

function wordsOf(action: VerdictAction): string[] {
  if (action.do === 'quarantine') return [`quarantine ${action.quarantine}`];
  if (action.do !== 'deliver') return [action.do];
  return [
    ...(action.tag === '' ? [] : [`tag subject "${action.tag}"`]),
    ...(action.header ? [`add header ${action.header.name}`] : []),
    ...(action.strip ? ['strip attachments'] : []),
  ];
}

/** A member of an archive goes with the file that it is in. */
function strip(places: number[], by: string, { examined }: Facts, state: State): void {
  const { attachments, parts = [] } = examined.found;
  const wanted = new Set(places.map((i) => parts[i] ?? ''));
  for (const part of wanted) {
    if (state.stripped.has(part)) continue;
    state.stripped.add(part);
    const name = attachments[parts.indexOf(part)]?.name ?? '';
    state.edits.push({
      do: 'strip attachment',
      part,
      note: `The attachment "${name}" was removed by policy (${by}).`,
    });
  }
}

/** 'skip' ends the list. */
function run(filter: ContentFilter, facts: Facts, state: State, note: Note): 'skip' | undefined {
  if (!filter.enabled) return undefined;
  const step = `Content filter ${filter.name}`;
  const held = filter.conditions.filter((one) => applies(one, facts));
  const match =
    filter.match === 'any' && filter.conditions.length > 0
      ? held.length > 0
      : held.length === filter.conditions.length;
  const words = (match ? held : filter.conditions.filter((one) => !held.includes(one))).map(describe);
  if (!match) {
    note({ step, text: `does not match: not so: ${words.join('; ')}` });
    return undefined;
  }
  state.why.push(`${step}: ${words.join('; ') || 'every message'}`);
  note({
    step,
    text: `matches: ${words.join('; ') || 'every message'} -> ${filter.actions.map(actionWords).join(', ')}`,
  });
  for (const action of filter.actions) {
    state.actions.push(`${step}: ${actionWords(action)}`);
    if (action.do === 'skip remaining filters') return 'skip';
    act(action, filter.name, facts, state);
    if (state.end) return undefined;
  }
  return undefined;
}

function actionWords(action: FilterAction): string {
  switch (action.do) {
    case 'quarantine':
    case 'copy to quarantine':
      return `${action.do} ${action.quarantine}`;
    case 'add header':
    case 'remove header':
      return `${action.do} ${action.name}`;
    case 'tag subject':
      return `tag subject "${action.prefix}"`;
    case 'bcc':
    case 'notify':
      return `${action.do} ${action.address}`;
    case 'route':
      return `route to ${action.host}:${action.port}`;
    case 'log':
      return `log "${action.text}"`;
    default:
      return action.do;
  }
}

type Act<T extends FilterAction['do']> = Extract<FilterAction, { do: T }>;
type Doing = {
  [T in FilterAction['do']]: (action: Act<T>, name: string, facts: Facts, state: State) => void;
};
const by = (name: string): string => `content filter ${name}`;

const DO: Doing = {
  quarantine: ({ quarantine }, name, _, state) => void state.into.push({ quarantine, reason: by(name) }),
  'copy to quarantine': ({ quarantine }, name, _, state) =>
    void state.extras.push({ do: 'copy to quarantine', stay: { quarantine, reason: by(name) } }),
  drop: (_action, name, _, state) => {
    state.end = { do: 'drop', by: by(name), reason: '' };
  },
  reject: ({ text }, name, _, state) => {
    state.end = { do: 'reject', by: by(name), reply: { ...UNWANTED, text } };
  },
  'strip attachments': ({ name: pattern, type }, name, facts, state) => {
    const fits = facts.examined.found.attachments.flatMap((file, i) =>
      (pattern === '' || like(pattern, file.name)) && (type === '' || like(type, file.type)) ? [i] : [],
    );
    strip(fits, by(name), facts, state);
  },
  'add header': ({ name, value }, _name, _, state) =>
    void state.edits.push({ do: 'add header', name, value }),
  'remove header': ({ name }, _name, _, state) => void state.edits.push({ do: 'remove header', name }),
  'tag subject': ({ prefix }, _name, _, state) => void state.edits.push({ do: 'tag subject', prefix }),
  bcc: ({ address }, _name, _, state) => void state.extras.push({ do: 'bcc', address }),
  notify: ({ address, text }, name, _, state) =>
    void state.extras.push({ do: 'notify', address, by: by(name), text }),
  route: ({ host, port }, _name, _, state) => {
    state.hop = { host, port };
  },
  log: () => undefined,
  'skip remaining filters': () => undefined,
};

const act = (action: FilterAction, name: string, facts: Facts, state: State): void =>
  DO[action.do](action as never, name, facts, state);
