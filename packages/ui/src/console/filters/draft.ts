/** A content filter as a person edits it, and back. Pure. */
import { Condition, ContentFilter, FilterAction } from '@sightline/api';
import { type Draft, draftOf, entryOf, type Problems, type Spec } from '../receive/draft.ts';
import { ACTIONS } from './actions.ts';
import { CONDITIONS } from './conditions.ts';
import { type Kinds, specOf } from './kinds.ts';

export type Part = 'conditions' | 'actions';

export interface RowDraft {
  /** Of this row as long as the form is open, wherever it stands. */
  id: string;
  kind: string;
  values: Draft;
}

export interface FilterDraft extends Record<Part, RowDraft[]> {
  head: Draft;
}

export const PARTS = {
  conditions: { which: 'on', kinds: CONDITIONS as Kinds, schema: Condition, noun: 'condition' },
  actions: { which: 'do', kinds: ACTIONS as Kinds, schema: FilterAction, noun: 'action' },
} as const;

const HEAD: Spec = { name: 'text', description: 'exact', enabled: 'tick', match: 'text' };
const Head = ContentFilter.omit({ conditions: true, actions: true });

/** What a new filter begins with; nobody has to delete anything before writing. */
export const NEW: ContentFilter = {
  name: '',
  description: '',
  enabled: true,
  match: 'all',
  conditions: [{ on: 'subject', op: 'contains', value: '', not: false }],
  actions: [{ do: 'quarantine', quarantine: 'Policy' }],
};

export const filterDraft = (filter: ContentFilter): FilterDraft => ({
  head: draftOf(HEAD, { ...filter }),
  conditions: filter.conditions.map((one, i) => rowOf('conditions', one.on, { ...one }, String(i))),
  actions: filter.actions.map((one, i) => rowOf('actions', one.do, { ...one }, String(i))),
});

function rowOf(part: Part, kind: string, entry: Record<string, unknown>, id: string): RowDraft {
  const { which, kinds } = PARTS[part];
  const found = kinds[kind];
  const values = found ? draftOf(specOf(which, found), { ...found.fresh, ...entry, [which]: kind }) : {};
  return { id, kind, values };
}

/** One more, of the kind that is used most. */
export function withRow(part: Part, rows: RowDraft[]): RowDraft[] {
  const id = String(Math.max(-1, ...rows.map((row) => Number(row.id))) + 1);
  return [...rows, rowOf(part, part === 'conditions' ? 'subject' : 'quarantine', {}, id)];
}

/** Another kind in the same row: what both kinds have stays as it was entered. */
export function asKind(part: Part, row: RowDraft, kind: string): RowDraft {
  const { which, kinds } = PARTS[part];
  const [old, next] = [kinds[row.kind], kinds[kind]];
  const fresh = rowOf(part, kind, {}, row.id);
  if (!old || !next) return fresh;
  const [before, now] = [specOf(which, old), specOf(which, next)];
  const shared = Object.keys(now).filter(
    (field) => field !== which && before[field] === now[field] && sameMeaning(old, next, field),
  );
  const kept = Object.fromEntries(shared.map((field) => [field, row.values[field] ?? '']));
  return { ...fresh, values: { ...fresh.values, ...kept } };
}

/** `results` of SPF are not those of DMARC. */
const sameMeaning = (old: Kinds[string], next: Kinds[string], field: string): boolean => {
  const of = (kind: Kinds[string]) => kind?.fields.find((one) => one.field === field);
  return of(old)?.label === of(next)?.label && of(old)?.how !== 'many';
};

/** The filter, or what must be corrected: by `name`, `actions`, `conditions.0.value`. */
export function filterOf(draft: FilterDraft): { filter: ContentFilter } | { problems: Problems } {
  const head = entryOf(Head, HEAD, draft.head);
  const conditions = entriesOf<Condition>('conditions', draft.conditions);
  const actions = entriesOf<FilterAction>('actions', draft.actions);
  const problems = {
    ...('problems' in head ? head.problems : {}),
    ...conditions.problems,
    ...actions.problems,
  };
  if ('problems' in head || Object.keys(problems).length > 0) return { problems };
  const raw = { ...head.entry, conditions: conditions.entries, actions: actions.entries };
  const whole = ContentFilter.safeParse(raw);
  if (whole.success) return { filter: whole.data };
  return {
    problems: Object.fromEntries(whole.error.issues.map(({ path, message }) => [path.join('.'), message])),
  };
}

function entriesOf<T>(part: Part, rows: RowDraft[]): { entries: T[]; problems: Problems } {
  const { which, kinds, schema } = PARTS[part];
  const entries: T[] = [];
  const problems: Problems = {};
  for (const [i, { kind, values }] of rows.entries()) {
    const found = kinds[kind];
    if (!found) continue;
    const result = entryOf(
      schema as unknown as Parameters<typeof entryOf<T>>[0],
      specOf(which, found),
      values,
    );
    if ('entry' in result) entries.push(result.entry);
    else
      for (const [field, text] of Object.entries(result.problems)) problems[`${part}.${i}.${field}`] = text;
  }
  return { entries, problems };
}
