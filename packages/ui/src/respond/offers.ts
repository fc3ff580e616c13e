/** Actions that several modules offer in the same words are one choice. Pure. */
import type { Action } from '@sightline/api';

export type Same = readonly [Action, ...Action[]];

export function grouped(actions: readonly Action[]): Same[] {
  const groups = new Map<string, [Action, ...Action[]]>();
  for (const action of actions) {
    const key = `${action.id}\n${action.title}`;
    const group = groups.get(key);
    if (group) group.push(action);
    else groups.set(key, [action]);
  }
  return [...groups.values()];
}
