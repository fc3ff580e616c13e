/** What the row of a condition or an action is made of. The tables of both say it for each kind. */
import type { Kind, Spec } from '../receive/draft.ts';

/** `test` chooses the comparison, `not` too; `within` only whether it is so. */
export type How = 'text' | 'mono' | 'lines' | 'many' | 'bytes' | 'whole' | 'test' | 'within' | 'quarantine';

export interface RowField {
  field: string;
  label: string;
  how: How;
  placeholder?: string;
  /** Values and labels, for `many`. */
  choices?: readonly (readonly [value: string, label: string])[];
}

export interface RowKind {
  label: string;
  /** Heading in the menu. */
  group: string;
  fields: readonly RowField[];
  /** What a new row begins with. */
  fresh: Readonly<Record<string, unknown>>;
}

export type Kinds = Readonly<Record<string, RowKind>>;

const KIND_OF: Record<How, Kind> = {
  text: 'exact',
  mono: 'text',
  lines: 'lines',
  many: 'many',
  bytes: 'bytes',
  whole: 'whole',
  test: 'text',
  within: 'tick',
  quarantine: 'text',
};

/** How the fields of a row are edited; `on` or `do` says of which kind it is. */
export function specOf(which: 'on' | 'do', { fields }: RowKind): Spec {
  const spec: Spec = { [which]: 'text' };
  for (const { field, how } of fields) {
    spec[field] = KIND_OF[how];
    if (how === 'test') spec.not = 'tick';
  }
  return spec;
}

/** Kinds by the heading of the menu that they stand under, in the table's order. */
export function menuOf(kinds: Kinds): { group: string; items: { value: string; label: string }[] }[] {
  const groups = [...new Set(Object.values(kinds).map(({ group }) => group))];
  return groups.map((group) => ({
    group,
    items: Object.entries(kinds).flatMap(([value, kind]) =>
      kind.group === group ? [{ value, label: kind.label }] : [],
    ),
  }));
}
