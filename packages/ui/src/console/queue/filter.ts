/** The queue's criteria in the address of the page. */
import { type QueueAction, type QueueFilter, QueueState } from '@sightline/api';

export interface QueueForm {
  state: string;
  domain: string;
  sender: string;
  recipient: string;
  /** Minutes. */
  olderThan: string;
}

export function formOf(search: Record<string, unknown>): QueueForm {
  const text = (key: string): string => (typeof search[key] === 'string' ? search[key] : '');
  return {
    state: text('state'),
    domain: text('domain'),
    sender: text('sender'),
    recipient: text('recipient'),
    olderThan: text('olderThan'),
  };
}

export function filterOf(form: QueueForm): QueueFilter {
  const state = QueueState.safeParse(form.state);
  const minutes = Number(form.olderThan);
  const filter: QueueFilter = {};
  if (state.success) filter.state = state.data;
  for (const key of ['domain', 'sender', 'recipient'] as const)
    if (form[key].trim() !== '') filter[key] = form[key].trim();
  if (form.olderThan.trim() !== '' && minutes >= 0) filter.olderThan = Math.round(minutes * 60);
  return filter;
}

export const isEmpty = (filter: QueueFilter): boolean => Object.keys(filter).length === 0;

export const ACTIONS: { action: QueueAction; label: string; done: string; what: string }[] = [
  {
    action: 'hold',
    label: 'Hold',
    done: 'on hold',
    what: 'They stay in the queue and are not tried until they are released.',
  },
  { action: 'release', label: 'Release', done: 'released', what: 'Those on hold are tried again at once.' },
  {
    action: 'retry',
    label: 'Retry now',
    done: 'tried now',
    what: 'They are tried at once instead of at their time.',
  },
  {
    action: 'bounce',
    label: 'Bounce',
    done: 'bounced',
    what: 'Delivery ends, and the senders get a report of failure.',
  },
  {
    action: 'delete',
    label: 'Delete',
    done: 'deleted',
    what: 'Delivery ends silently. The messages cannot be brought back.',
  },
];

export function resultText(
  action: QueueAction,
  { messages, skipped }: { messages: number; skipped: number },
): string {
  const done = ACTIONS.find((one) => one.action === action)?.done ?? action;
  const rest = skipped > 0 ? ` ${count(skipped)} could not: gone, in transfer, or it does not apply.` : '';
  return `${count(messages)} ${done}.${rest}`;
}

export const count = (n: number): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? 'message' : 'messages'}`;
