/** An action as whoever asked for it sees it go on. */
import { type ActionLine, MAILBOX_ACTIONS, type MailboxResult, type TakenAction } from '@sightline/api';
import type { Follow } from './act.ts';

interface Followed {
  id: string;
  action: string;
  /** Aborted when nobody reads any more. */
  signal: AbortSignal;
}

interface Source {
  run(follow: Omit<Follow, 'id'>): Promise<{ repeated: boolean }>;
  /** What an action that had been carried out before did in mailboxes. */
  kept(): Promise<MailboxResult[]>;
  taken(repeated: boolean): Promise<TakenAction>;
}

/**
 * Begins at once, and goes on to its end also when nobody reads any more: half done would be worse. Only a dry run
 * then begins no further mailbox.
 */
export async function* followed(
  { id, action, signal }: Followed,
  { run, kept, taken }: Source,
): AsyncGenerator<ActionLine, void, void> {
  const stop = new AbortController();
  if (action === MAILBOX_ACTIONS.find) signal.addEventListener('abort', () => stop.abort(signal.reason));
  const line = queue<ActionLine>();
  const whole = run({ tell: line.push, stop }).finally(line.end);
  // Whoever reads is told what failed; where nobody reads, nobody must be.
  whole.catch(() => {});
  signal.addEventListener('abort', line.end);
  yield { type: 'start', id };
  yield* line.all();
  if (signal.aborted) return;
  const { repeated } = await whole;
  if (repeated) for (const mailbox of await kept()) yield { type: 'mailbox', mailbox };
  yield { type: 'end', action: await taken(repeated) };
}

/** What is pushed comes out in the same order, until the end. */
function queue<T>() {
  let items: T[] = [];
  let ended = false;
  let wake = (): void => {};
  return {
    push: (item: T): void => {
      items.push(item);
      wake();
    },
    end: (): void => {
      ended = true;
      wake();
    },
    async *all(): AsyncGenerator<T, void, void> {
      for (;;) {
        const some = items;
        items = [];
        yield* some;
        if (items.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
