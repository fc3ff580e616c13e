/** From an action and what came with it to an order for an appliance, and from its answer to words. Pure. */
import type { ResponseAct, ResponseAnswer } from '@sightline/api';
import { Observable, ObservableType } from '@sightline/ctim';
import { z } from 'zod';
import { BLOCKINGS, blockingsOf, itemOf } from './block.ts';

/** Hours that a block lasts where nobody says otherwise. */
export const BLOCK_HOURS = 720;
const MOST_MIDS = 1000;

const Mids = z
  .string()
  .max(20_000)
  .regex(/^\d+(,\d+)*$/, 'mids: enter message IDs with commas between them')
  .transform((text) => [...new Set(text.split(',').map(Number))])
  .pipe(z.array(z.int().min(1)).max(MOST_MIDS, `mids: at most ${MOST_MIDS} messages at once`));

const Hours = z.union([
  z.literal('never').transform(() => null),
  z.coerce
    .number('hours: enter a number, or never')
    .gt(0)
    .max(10 * 8760),
]);

/** What a trigger may say; each has a default, so that the bare address of an action works. */
export const OrderQuery = z.object({
  observable_type: ObservableType.optional(),
  observable_value: z.string().max(8192).optional(),
  /** `one`: of this module; `all`: of all usable ones; or their ids with commas between them. */
  appliances: z.string().max(8000).default('one'),
  hours: Hours.default(BLOCK_HOURS),
  reason: z.string().trim().min(1, 'reason: enter one').max(500).default('Response action'),
  /** Incident or case. */
  source: z.string().trim().max(150).default(''),
  quarantine: z.string().trim().min(1).max(40).default('Policy'),
  mids: Mids.optional(),
});
export type OrderQuery = z.infer<typeof OrderQuery>;

/** The order; undefined for an action that there is not; a text says what of it is not possible. */
export function actOf(action: string, query: OrderQuery): ResponseAct | string | undefined {
  const [, verb, word] = /^email-(block|unblock)-([a-z]+)$/.exec(action) ?? [];
  if (verb && word) return listAct(verb, word, query);
  const { mids } = query;
  switch (action) {
    case 'email-quarantine-waiting':
      return waitingAct('quarantine', query);
    case 'email-hold-waiting':
      return waitingAct('hold', { ...query, quarantine: '' });
    case 'email-delete-waiting':
      return waitingAct('delete', query);
    case 'email-release-quarantined':
      return mids ? { do: 'release', mids } : NO_MIDS;
    case 'email-delete-quarantined':
      return mids ? { do: 'delete', mids } : NO_MIDS;
    default:
      return undefined;
  }
}

const NO_MIDS = 'it needs the messages, in mids';

const observableOf = ({ observable_type: type, observable_value: value }: OrderQuery) =>
  Observable.safeParse({ type, value }).data;

function listAct(verb: string, word: string, query: OrderQuery): ResponseAct | string | undefined {
  const blocking = BLOCKINGS.find((one) => one.word === word);
  if (!blocking) return undefined;
  const observable = observableOf(query);
  const item = observable && itemOf(blocking, observable);
  if (!item) return `${blocking.types.join(' or ')} with a value that mail can be blocked by is needed`;
  return verb === 'block'
    ? { do: 'block', items: [item], hours: query.hours }
    : { do: 'unblock', items: [item] };
}

function waitingAct(how: 'quarantine' | 'hold' | 'delete', query: OrderQuery): ResponseAct | string {
  const { mids, quarantine } = query;
  if (mids) return how === 'delete' ? { do: 'drop', mids } : { do: 'hold', mids, quarantine };
  const observable = observableOf(query);
  const items = observable ? blockingsOf(observable).map(({ item }) => item) : [];
  if (items.length === 0) return 'messages cannot be searched by this; name them in mids';
  return { do: 'hunt', items, with: how, quarantine };
}

/** What an act does to messages. */
function deedOf(act: Exclude<ResponseAct, { do: 'block' | 'unblock' }>): string {
  switch (act.do) {
    case 'release':
      return 'released';
    case 'delete':
      return 'deleted';
    case 'drop':
      return 'deleted from the queue';
    case 'hold':
      return act.quarantine === '' ? 'held in the queue' : 'quarantined';
    case 'hunt':
      if (act.with === 'delete') return 'deleted from the queue';
      return act.with === 'hold' ? 'held in the queue' : 'quarantined';
  }
}

const counted = (n: number): string => (n === 1 ? '1 message' : `${n} messages`);

/** What an appliance did, as a sentence without a full stop. */
export function said(act: ResponseAct, { done, skipped, repeated }: ResponseAnswer, device: string): string {
  const before = repeated ? ', as this order said before' : '';
  if (act.do === 'block')
    return (done > 0 ? `Blocked on ${device}` : `Was blocked on ${device} already`) + before;
  if (act.do === 'unblock')
    return (done > 0 ? `Not blocked on ${device} any more` : `Was not blocked on ${device}`) + before;
  const missed =
    skipped > 0 ? `; ${counted(skipped)} not there any more, or on the way to its recipients` : '';
  return `${counted(done)} ${deedOf(act)} on ${device}${missed}${before}`;
}

/** How to take back what was done on an appliance; undefined where nothing can. */
export function undoOf(
  action: string,
  query: OrderQuery,
  { act, answer, deviceId }: { act: ResponseAct; answer: ResponseAnswer; deviceId: string },
): { action: string; query: Record<string, string> } | undefined {
  const { observable_type: type, observable_value: value } = query;
  const about: Record<string, string> =
    type && value ? { observable_type: type, observable_value: value } : {};
  const at = { ...about, appliances: deviceId };
  if (answer.done === 0) return undefined;
  if (act.do === 'block') return { action: action.replace('-block-', '-unblock-'), query: at };
  const keeps = act.do === 'hold' || (act.do === 'hunt' && act.with !== 'delete');
  if (!keeps || answer.mids.length === 0 || answer.mids.length > MOST_MIDS) return undefined;
  return { action: 'email-release-quarantined', query: { ...at, mids: answer.mids.join() } };
}
