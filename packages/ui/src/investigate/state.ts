/** State of the page Investigate: what is in the box, what was asked, what is open and filtered. */
import { type Observable, observableKey } from '@sightline/ctim';
import { getRouteApi } from '@tanstack/react-router';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { lastQuery, rememberQuery } from '../kit/last.ts';
import { typed } from '../kit/observable.ts';
import { type Choices, chips, chosen as chosenOf } from './chips.ts';
import { type Facts, type Filter, facts, keysOf, type SightingRow, sightingsOf, without } from './facts.ts';
import { type Graph, graph as graphOf } from './graph.ts';
import { type Opened, useOpened } from './opened.ts';
import { type Read, useReader } from './reader.ts';
import { remember } from './recent.ts';
import { ALL, linkOf, type Scope, scopeOf, searchOf } from './scope.ts';
import type { Run } from './stream.ts';
import { type Investigation, useInvestigation } from './use.ts';

const route = getRouteApi('/investigate');
const NONE: Choices = new Map();
/** Longer queries are not put into the address; browsers and proxies cut those. */
const LONGEST_LINK = 6000;

export interface Box {
  text: string;
  setText: (text: string) => void;
  choices: Choices;
  setChoices: (choices: Choices) => void;
  scope: Scope;
  setScope: (scope: Scope) => void;
  editing: boolean;
  setEditing: (editing: boolean) => void;
  area: RefObject<HTMLTextAreaElement | null>;
  /** Finds observables in a text; undefined until it is loaded. */
  read: Read | undefined;
  /** Somebody is about to write: `read` is loaded. */
  wake: () => void;
  /** Opens the box and puts the cursor into it. */
  focus: () => void;
  /** Asks, and puts the query into the address. */
  ask: (observables: Observable[], scope?: Scope) => void;
  /** Puts observables into the box. */
  add: (observables: Observable[]) => void;
  /** An empty box and no results. */
  fresh: () => void;
}

type Draft = Pick<
  Box,
  | 'text'
  | 'setText'
  | 'choices'
  | 'setChoices'
  | 'scope'
  | 'setScope'
  | 'editing'
  | 'setEditing'
  | 'area'
  | 'focus'
>;

/** What stands in the box and whether it is open. */
function useDraft(): Draft {
  const [text, write] = useState('');
  const [choices, setChoices] = useState<Choices>(NONE);
  const [scope, setScope] = useState(ALL);
  const [editing, setEditing] = useState(true);
  const area = useRef<HTMLTextAreaElement>(null);
  const setText = useCallback((next: string) => {
    write(next);
    if (next === '') setChoices(NONE);
  }, []);
  const focus = useCallback(() => {
    setEditing(true);
    requestAnimationFrame(() => area.current?.focus());
  }, []);
  return { text, setText, choices, setChoices, scope, setScope, editing, setEditing, area, focus };
}

/** The query box and the address agree: a link opens what it says, asking writes the link. */
export function useBox(): Box & { inquiry: Investigation; opened: Opened } {
  const { q, snapshot, mode, modules, days } = route.useSearch();
  const linked = useMemo(() => scopeOf({ mode, modules, days }), [mode, modules, days]);
  const opened = useOpened(snapshot);
  const navigate = route.useNavigate();
  const draft = useDraft();
  const { text, setText, choices, setChoices, scope, setScope, setEditing, focus } = draft;
  const asked = useRef<string>(undefined);
  const inquiry = useInvestigation((run) => remember({ ...summary(run), text: lastQuery() }));
  const { start, clear, open } = inquiry;
  useEffect(() => rememberQuery(text), [text]);
  const [awake, setAwake] = useState(false);
  const wake = useCallback(() => setAwake(true), []);
  const read = useReader(awake || text !== '' || q !== undefined);

  useEffect(() => {
    if (!opened.run) return;
    asked.current = linkOf(q, linked);
    setText(opened.run.observables.map(typed).join('\n'));
    setChoices(NONE);
    setScope(ALL);
    setEditing(false);
    open(opened.run);
  }, [opened, q, linked, open, setText, setChoices, setScope, setEditing]);

  useEffect(() => {
    if (snapshot !== undefined || linkOf(q, linked) === asked.current || !read) return;
    asked.current = linkOf(q, linked);
    setText(q ?? '');
    setChoices(NONE);
    setScope(linked);
    const observables = q ? chosenOf(chips(read(q), NONE)) : [];
    setEditing(observables.length === 0);
    if (observables.length > 0) start(observables, linked);
    else clear();
  }, [q, linked, snapshot, read, start, clear, setText, setChoices, setScope, setEditing]);

  const ask = (observables: Observable[], within: Scope = scope): void => {
    const plain = choices.size === 0 && text.length <= LONGEST_LINK;
    const query = plain ? text : observables.map(typed).join('\n');
    const short = query.length <= LONGEST_LINK;
    asked.current = linkOf(short ? query : q, short ? within : linked);
    setScope(within);
    setEditing(false);
    start(observables, within);
    if (short) void navigate({ search: { q: query, ...searchOf(within) } });
  };
  const add = useCallback(
    (observables: Observable[]) => {
      setText([text.trimEnd(), ...observables.map(typed)].filter(Boolean).join('\n'));
      focus();
    },
    [setText, focus, text],
  );
  const fresh = (): void => {
    asked.current = undefined;
    setText('');
    clear();
    focus();
    void navigate({ search: {} });
  };
  return { ...draft, read, wake, ask, add, fresh, inquiry, opened };
}

const summary = (run: Run): { at: number; observables: number; sightings: number } => ({
  at: run.started,
  observables: run.observables.length,
  sightings: sightingsOf(run).length,
});

export interface View {
  filter: Filter;
  setFilter: (filter: Filter) => void;
  /** Key of the observable in the inspector. */
  chosen: string | undefined;
  choose: (key: string | undefined) => void;
  /** Everything, for graph and timeline. */
  all: SightingRow[];
  whole: Graph;
  /** What passes the filter but for the campaign, for the list of campaigns. */
  timely: SightingRow[];
  /** What passes the filter. */
  known: Facts;
  /** Nodes that pass the filter; undefined: no filter. */
  lit: ReadonlySet<string> | undefined;
}

/** What is shown of a run. A new run starts without filter, with its first observable open. */
export function useView(run: Run): View {
  const [filter, setFilter] = useState<Filter>({});
  const [picked, choose] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run, not another state of the same
  useEffect(() => {
    setFilter({});
    choose(undefined);
  }, [run.started]);
  const everything = useMemo(() => facts(run), [run]);
  const known = useMemo(() => facts(run, filter), [run, filter]);
  const timely = useMemo(() => facts(run, without(filter, 'campaign')).sightings, [run, filter]);
  const whole = useMemo(() => graphOf(everything.observables, everything.sightings), [everything]);
  const lit = useMemo(() => litBy(known, filter), [known, filter]);
  const [first] = run.observables;
  const chosen = picked ?? (first && observableKey(first));
  return { filter, setFilter, chosen, choose, all: everything.sightings, whole, timely, known, lit };
}

function litBy(known: Facts, { range, key, campaign }: Filter): ReadonlySet<string> | undefined {
  if (!range && key === undefined && !campaign) return undefined;
  const keys = new Set(known.sightings.flatMap((s) => [...keysOf(s.sighting)]));
  if (key !== undefined) keys.add(key);
  return keys;
}
