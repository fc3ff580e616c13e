/** For tests: the appliance's end of the wire, which carries out what it is ordered. */
import type { ResponseOrder } from '@sightline/api';
import { questionIn, type Wire } from '../fixture.ts';

export interface Taker {
  /** What it was told. */
  orders: ResponseOrder[];
  /** Its administrator's switch. */
  takes: boolean;
  blocked: Set<string>;
}

export const taker = (): Taker => ({ orders: [], takes: true, blocked: new Set() });

/** Answers until the wire ends. */
export async function serve(wire: Wire, state: Taker): Promise<void> {
  const answer = (id: string, body: unknown): void => wire.send({ type: 'answer', id, body });
  for (;;) {
    const frame = await wire.next('ask');
    const question = questionIn(frame);
    if (question.verb === 'health')
      answer(frame.id, {
        version: '1',
        uptimeS: 1,
        queued: 0,
        indexedUntil: 0,
        remoteResponse: state.takes,
      });
    else if (question.verb === 'lookup')
      answer(frame.id, {
        results: question.body.keys.map((key) => ({ ...key, total: 0, rows: [] })),
        indexedUntil: 0,
      });
    else if (question.verb === 'respond' && !state.takes)
      wire.send({ type: 'fault', id: frame.id, code: 'remote_response_off', message: 'no orders' });
    else if (question.verb === 'respond') answer(frame.id, carriedOut(state, question.body));
  }
}

function carriedOut({ orders, blocked }: Taker, order: ResponseOrder) {
  const repeated = orders.some(({ id }) => id === order.id);
  orders.push(order);
  const { act, id } = order;
  const values = 'items' in act ? act.items.map(({ value }) => value) : [];
  const fresh = values.filter((value) => blocked.has(value) === (act.do === 'unblock'));
  for (const value of fresh) act.do === 'unblock' ? blocked.delete(value) : blocked.add(value);
  const mids = 'mids' in act ? act.mids : [];
  return { id, repeated, done: fresh.length + mids.length, skipped: values.length - fresh.length, mids };
}
