/** A content filter as a person edits it, and back. Pure. */
import { ContentFilter } from '@sightline/api';

export interface FilterDraft {
  name: string;
  description: string;
  enabled: boolean;
  match: 'all' | 'any';
  /** JSON. */
  conditions: string;
  actions: string;
}

/** What a new filter begins with. */
export const EXAMPLE = {
  name: 'NEW',
  conditions: [{ on: 'subject', op: 'contains', value: 'invoice' }],
  actions: [{ do: 'tag subject', prefix: '[EXTERNAL]' }],
};

export const draftOf = ({ conditions, actions, ...rest }: ContentFilter): FilterDraft => ({
  ...rest,
  conditions: JSON.stringify(conditions, null, 2),
  actions: JSON.stringify(actions, null, 2),
});

export function filterOf(draft: FilterDraft): { filter: ContentFilter } | { problem: string } {
  const parsed = (text: string): unknown => (text.trim() === '' ? [] : JSON.parse(text));
  try {
    const result = ContentFilter.safeParse({
      ...draft,
      conditions: parsed(draft.conditions),
      actions: parsed(draft.actions),
    });
    if (result.success) return { filter: result.data };
    const [issue] = result.error.issues;
    return { problem: `${issue?.path.join(' ')}: ${issue?.message}` };
  } catch {
    return { problem: 'Conditions and actions are lists in JSON.' };
  }
}

/** A condition or an action in words. */
export const words = (one: object): string =>
  Object.entries(one)
    .filter(([, value]) => value !== '' && value !== false)
    .map(([key, value]) =>
      key === 'not' ? 'not' : Array.isArray(value) ? value.join(' or ') : String(value),
    )
    .join(' ');
