/** The incident or casebook that an action is taken for, as it is kept beside the action. Pure. */

export interface Case {
  kind: 'incident' | 'casebook';
  /** Long or short. */
  id: string;
  title: string;
}

/** Characters that are kept. */
const MOST = 150;
const WORDS = { incident: 'Incident', casebook: 'Casebook' } as const;

/** `Incident Invoice wave (incident-…)`: readable on an appliance too, and found again by its id. */
export function sourceOf({ kind, id, title }: Case): string {
  const short = id.slice(id.lastIndexOf('/') + 1);
  const room = MOST - WORDS[kind].length - short.length - 4;
  return `${WORDS[kind]} ${title.length > room ? `${title.slice(0, room - 1)}…` : title} (${short})`;
}

/** Page of the incident; undefined where the text names none. */
export const pageOf = (source: string): string | undefined => {
  const [, id] = /\((incident-[0-9a-f-]{36})\)$/.exec(source) ?? [];
  return id && `/incidents/${id}`;
};
