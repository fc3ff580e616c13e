/** Messages in mailboxes: what can be done where, and what has come of it so far. Pure. */
import {
  type Action,
  type ActionLine,
  MAILBOX_ACTIONS,
  type MailboxResult,
  type TakenAction,
} from '@sightline/api';
import { queryOf } from './offers.ts';

export type Deed = 'find' | 'move' | 'delete';

/** One message on one mail server. */
export interface Task {
  module: string;
  name: string;
  messageId: string;
  offers: Record<Deed, Action | undefined>;
  /** Whose mailboxes alone; undefined: of all its recipients. */
  recipients: readonly string[] | undefined;
}

export interface Row {
  key: string;
  /** Place of its task. */
  task: number;
  addresses: readonly string[];
  /** Undefined before its mailbox has ended. */
  result: MailboxResult | undefined;
}

export interface Sweep {
  rows: readonly Row[];
  /** The action that goes on now, by its id. */
  id?: string | undefined;
  running: boolean;
  taken: readonly TakenAction[];
  errors: readonly unknown[];
}

export const NOTHING: Sweep = { rows: [], running: false, taken: [], errors: [] };

const DEEDS: readonly Deed[] = ['find', 'move', 'delete'];

/** What an action does in mailboxes; undefined where it is none of these. */
export const deedIn = (action: string): Deed | undefined =>
  DEEDS.find((one) => MAILBOX_ACTIONS[one] === action);

/** By message and module, from what the modules offer. */
export function tasksOf(actions: readonly Action[], recipients?: readonly string[]): Task[] {
  const tasks = new Map<string, Task>();
  for (const action of actions) {
    const deed = deedIn(action.id);
    const { observable_value: messageId } = queryOf(action);
    if (!deed || messageId === undefined) continue;
    const { module_instance_id: module, module: name } = action;
    const key = `${module} ${messageId}`;
    const none = { find: undefined, move: undefined, delete: undefined };
    const task = tasks.get(key) ?? { module, name, messageId, offers: none, recipients };
    tasks.set(key, { ...task, offers: { ...task.offers, [deed]: action } });
  }
  return [...tasks.values()];
}

const keyOf = (task: number, addresses: readonly string[]): string => `${task} ${addresses.join()}`;

/** The state after one more line of a task's action. */
export function fold(sweep: Sweep, task: number, line: ActionLine): Sweep {
  switch (line.type) {
    case 'start':
      return { ...sweep, id: line.id };
    case 'mailboxes': {
      const rows = line.mailboxes.map((addresses) => rowOf(task, addresses, undefined));
      return { ...sweep, rows: [...sweep.rows, ...rows] };
    }
    case 'mailbox': {
      const row = rowOf(task, line.mailbox.addresses, line.mailbox);
      const known = sweep.rows.some(({ key }) => key === row.key);
      const rows = known ? sweep.rows.map((one) => (one.key === row.key ? row : one)) : [...sweep.rows, row];
      return { ...sweep, rows };
    }
    case 'end':
      return { ...sweep, id: undefined, taken: [...sweep.taken, line.action] };
  }
}

const rowOf = (task: number, addresses: readonly string[], result: MailboxResult | undefined): Row => ({
  key: keyOf(task, addresses),
  task,
  addresses,
  result,
});

export type State = MailboxResult['state'];

/** As a person reads it of one mailbox. */
export const STATES: Record<State, string> = {
  found: 'Found',
  moved: 'Moved',
  deleted: 'Deleted',
  restored: 'Put back',
  already: 'Was so already',
  absent: 'Not there',
  no_mailbox: 'No mailbox',
  refused: 'Log-in refused',
  timeout: 'Time-out',
  failed: 'Failed',
  unknown: 'No recipient',
  stopped: 'Not begun',
};

/** `3 found · 2 not there`, in the order of `STATES`. */
export function summed(rows: readonly Row[]): string {
  const counts = (Object.keys(STATES) as State[]).map(
    (state) => [state, rows.filter(({ result }) => result?.state === state).length] as const,
  );
  return counts
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${n} ${STATES[state].toLowerCase()}`)
    .join(' · ');
}

const TROUBLE: ReadonlySet<State> = new Set(['refused', 'timeout', 'failed', 'stopped']);
const CALM: ReadonlySet<State> = new Set(['absent', 'no_mailbox', 'unknown']);

/** What went wrong first, then what something was found or done in, then the rest; else as it was. */
export function ranked(rows: readonly Row[]): Row[] {
  const rank = ({ result }: Row): number =>
    !result || CALM.has(result.state) ? 2 : TROUBLE.has(result.state) ? 0 : 1;
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** Rows that something can be done in. */
export const isFound = ({ result }: Row): boolean => result?.state === 'found';

/** The tasks that are left for these rows, each with its recipients by name. */
export function chosenOf(
  tasks: readonly Task[],
  rows: readonly Row[],
): { task: number; recipients: readonly string[] }[] {
  return tasks.flatMap((_, task) => {
    const recipients = rows.filter((row) => row.task === task).map(({ addresses }) => addresses[0] ?? '');
    return recipients.length > 0 ? [{ task, recipients }] : [];
  });
}
