/** What came of many mailboxes, in a sentence, and what of it is a problem. Pure. */
import type { MailboxResult } from '@sightline/api';
import type { Problem } from '../kind.ts';

type State = MailboxResult['state'];

const WORDS: Record<State, string> = {
  found: 'found',
  moved: 'moved',
  deleted: 'deleted',
  restored: 'put back',
  already: 'so already',
  absent: 'not there',
  no_mailbox: 'without a mailbox',
  refused: 'log-in refused',
  timeout: 'timed out',
  failed: 'failed',
  unknown: 'unknown to message tracking',
  stopped: 'not begun',
};
const STATES = Object.keys(WORDS) as State[];

const BAD: ReadonlySet<State> = new Set(['refused', 'timeout', 'failed', 'stopped']);
const ODD: ReadonlySet<State> = new Set(['no_mailbox', 'unknown']);

export const isBad = ({ state }: MailboxResult): boolean => BAD.has(state);

/** `5 mailboxes on imap.example.com: 3 moved, 2 not there.` */
export function said(results: readonly MailboxResult[], host: string): string {
  const counted = STATES.map((state) => ({ state, n: results.filter((one) => one.state === state).length }));
  const parts = counted.filter(({ n }) => n > 0).map(({ state, n }) => `${n} ${WORDS[state]}`);
  const all = results.length === 1 ? '1 mailbox' : `${results.length} mailboxes`;
  return `${all} on ${host}: ${parts.join(', ')}.`;
}

/** One line for each kind of trouble. */
export function problemsOf(results: readonly MailboxResult[]): Problem[] {
  const kinds = new Map<string, MailboxResult[]>();
  for (const one of results.filter(({ state }) => BAD.has(state) || ODD.has(state))) {
    const kind = `${one.state} ${one.text}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  return [...kinds.values()].slice(0, 20).map((some) => {
    const [first] = some as [MailboxResult];
    return {
      code: `mailbox-${first.state.replaceAll('_', '-')}`,
      type: BAD.has(first.state) ? 'error' : 'warning',
      message: `${namesOf(some)}: ${first.text}`,
    };
  });
}

function namesOf(some: readonly MailboxResult[]): string {
  const names = some.flatMap(({ addresses }) => addresses);
  const more = names.length - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
