/** What is offered and what was done, put into words and order. Pure. */
import { type Action, APPLIANCE_TYPES, MAILBOX_ACTIONS } from '@sightline/api';

export type Same = readonly [Action, ...Action[]];

const APPLIANCES: readonly string[] = Object.values(APPLIANCE_TYPES);

/** Of an appliance of ours: it takes a reason and an end, and can say what it did. */
export const isOrder = ({ module_type_id }: Action): boolean => APPLIANCES.includes(module_type_id);

const IN_MAILBOXES: readonly string[] = Object.values(MAILBOX_ACTIONS);

/** It goes from mailbox to mailbox, tells of each, and has a dry run. */
export const isInMailboxes = (action: string): boolean => IN_MAILBOXES.includes(action);

/** What the module wants back with the action. */
export const queryOf = ({ url }: Action): Record<string, string> =>
  Object.fromEntries(new URL(url, 'http://portal.invalid').searchParams);

/** Any appliance's module can have it done on all of them. */
export const isEverywhere = (action: Action): boolean =>
  isOrder(action) && queryOf(action).appliances === 'all';

/** Actions that several modules offer in the same words are one choice; what goes everywhere is done by one of them. */
export function grouped(actions: readonly Action[]): Same[] {
  const groups = new Map<string, [Action, ...Action[]]>();
  for (const action of actions) {
    const key = `${isOrder(action)}\n${action.id}\n${action.title}`;
    const group = groups.get(key);
    if (!group) groups.set(key, [action]);
    else if (!isEverywhere(action)) group.push(action);
  }
  return [...groups.values()];
}

export const whereOf = (actions: Same): string =>
  isEverywhere(actions[0]) ? 'All appliances' : [...new Set(actions.map(({ module }) => module))].join(', ');

/** How long it lasts where nobody chooses, in hours; undefined for what is done once. */
export const hoursOf = ([first]: Same): string | undefined =>
  isOrder(first) ? queryOf(first).hours : undefined;

/** What will happen, without the time that is offered: the dialog has a field for that. */
export const effectOf = (action: Action): string =>
  isOrder(action) ? action.description.replace(/, for \d+ days\.$/, '.') : action.description;

/** `email-block-sender` reads `Block sender`. */
export function deedOf(action: string): string {
  const words = action.replace(/^email-/, '').replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
