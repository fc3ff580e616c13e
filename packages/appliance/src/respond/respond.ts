/** Carries out what an exchange orders, once by its id, in the name of the portal's user. */
import type { ListApplication, ResponseAct, ResponseAnswer, ResponseOrder } from '@sightline/api';
import type { Logger } from 'pino';
import type { ApplyParts } from '../lists/apply.ts';
import { fitting } from '../lists/apply.ts';
import { listsOf } from '../lists/memory.ts';
import type { Entry } from '../lists/store.ts';
import type { Commands } from '../mta/contract.ts';
import type { Store } from '../queue/store.ts';
import type { ResponseStore } from './store.ts';

export interface RespondParts extends Omit<ApplyParts, 'entries' | 'remove'> {
  store: Pick<Store, 'commit'>;
  responses: ResponseStore;
  quarantine: Pick<Commands<'quarantine'>, 'act'>;
  lists: Pick<Commands<'lists'>, 'add' | 'remove'>;
  /** Those in force. */
  entries(): readonly Entry[];
  /** Lets go on, or deletes, those of them that are held in the queue; returns which they were. */
  settle(action: 'release' | 'delete', mids: number[], by: By): Promise<number[]>;
  clock(): number;
  log: Logger;
}

type Result = Omit<ResponseAnswer, 'id' | 'repeated'>;
interface By {
  actor: string;
  reason: string;
  source: string;
}

/** How long an order is known again, ms. */
const KNOWN_MS = 90 * 86_400_000;
const HOUR_MS = 3_600_000;
const MOST = 5000;

export function respondCommands(parts: RespondParts): Commands<'respond'> {
  const running = new Map<string, Promise<ResponseAnswer>>();
  const answer = async (order: ResponseOrder): Promise<ResponseAnswer> => {
    const before = parts.responses.answer(order.id);
    return before ? { ...before, repeated: true } : once(parts, order);
  };
  return {
    run(order) {
      const last: Promise<unknown> = running.get(order.id)?.catch(() => undefined) ?? Promise.resolve();
      const mine = last.then(() => answer(order));
      running.set(order.id, mine);
      return mine.finally(() => running.get(order.id) === mine && running.delete(order.id));
    },
  };
}

/** Each act is harmless when a crash lets it be done again: what is done already is skipped. */
async function once(parts: RespondParts, order: ResponseOrder): Promise<ResponseAnswer> {
  const { store, responses, clock, log } = parts;
  const { id, reason, act } = order;
  const actor = `exchange:${order.actor}`;
  const source = order.source === '' ? 'exchange' : `exchange ${order.source}`;
  const result = await perform(parts, act, { actor, reason, source });
  const answer: ResponseAnswer = { id, repeated: false, ...result };
  const at = clock();
  await store.commit(() => {
    responses.keep({ id, at, actor, document: JSON.stringify(order), answer });
    responses.forget(at - KNOWN_MS);
  });
  log.info({ id, actor, act: act.do, reason, source, ...result }, 'remote response carried out');
  return answer;
}

async function perform(parts: RespondParts, act: ResponseAct, by: By): Promise<Result> {
  switch (act.do) {
    case 'block':
      return block(parts, act, by);
    case 'unblock': {
      const { items } = act;
      const removal = { list: 'block' as const, ids: [], items, reason: by.reason };
      const { removed } = await parts.lists.remove(removal, by.actor);
      return { done: removed, skipped: items.length - removed, mids: [] };
    }
    case 'release':
    case 'delete':
      return undecided(parts, act.do, act.mids, by);
    case 'hold':
      return inQueue(
        parts,
        { do: act.quarantine === '' ? 'hold' : 'quarantine', quarantine: act.quarantine },
        act.mids,
        by,
      );
    case 'drop':
      return inQueue(parts, { do: 'delete', quarantine: '' }, act.mids, by);
    case 'hunt':
      return hunt(parts, act, by);
  }
}

/** What is blocked for as long already stays in the name of whoever blocked it. */
async function block(
  parts: RespondParts,
  act: Extract<ResponseAct, { do: 'block' }>,
  by: By,
): Promise<Result> {
  const { items, hours } = act;
  const until = hours === null ? Number.POSITIVE_INFINITY : parts.clock() + hours * HOUR_MS;
  const lasting = parts
    .entries()
    .filter(({ list, expires }) => list === 'block' && (expires ?? Number.POSITIVE_INFINITY) >= until);
  const fresh = items.filter(
    (item) => !lasting.some((one) => one.kind === item.kind && one.value === item.value),
  );
  if (fresh.length > 0)
    await parts.lists.add({ list: 'block', items: fresh, reason: by.reason, hours }, by.actor, by.source);
  return { done: fresh.length, skipped: items.length - fresh.length, mids: [] };
}

/** What waits for a decision: held in the queue, or in quarantines. */
async function undecided(
  parts: RespondParts,
  action: 'release' | 'delete',
  mids: number[],
  by: By,
): Promise<Result> {
  const held = await parts.settle(action, mids, by);
  const others = mids.filter((mid) => !held.includes(mid));
  if (others.length === 0) return { done: held.length, skipped: 0, mids: held };
  const select = { messages: others.map((mid) => ({ mid })) };
  const order = { act: { do: action }, select, reason: by.reason };
  const { messages, skipped } = await parts.quarantine.act(order, by.actor);
  return { done: held.length + messages, skipped, mids: skipped === 0 ? mids : held };
}

async function inQueue(
  parts: RespondParts,
  how: { do: ListApplication['do']; quarantine: string },
  mids: number[],
  by: By,
): Promise<Result> {
  const done = await parts.stop(how, mids, by);
  return { done: done.length, skipped: mids.length - done.length, mids: done };
}

async function hunt(parts: RespondParts, act: Extract<ResponseAct, { do: 'hunt' }>, by: By): Promise<Result> {
  const { actor, reason, source } = by;
  const entry = { id: 0, list: 'block' as const, reason, actor, source, created: 0, expires: null };
  const lists = listsOf(act.items.map((item) => ({ ...entry, ...item })));
  const found = await fitting(parts, lists, parts.waiting(MOST).queue);
  if (found.length === 0) return { done: 0, skipped: 0, mids: [] };
  return inQueue(parts, { do: act.with, quarantine: act.quarantine }, found, by);
}
