/** Checks that a question comes from the exchange at which this appliance enrolled, and is not an old one. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type HubKey, ORDER_TYPE, Order, Question } from '@sightline/api';
import { z } from 'zod';

/** A question that is to be answered, or why it is not. */
export type Checked =
  | { is: 'good'; question: Question; deadlineMs: number }
  /** Signed as it must be, but this version does not know the question. */
  | { is: 'unknown' }
  | { is: 'bad'; reason: string };

export interface OrderCheck {
  deviceId: string;
  /** Of the hello of this connection. */
  session: string;
  hubKeys: readonly HubKey[];
  /** Now by the exchange's clock, epoch ms. */
  now: () => number;
}

/** Seconds that a question may be older than it should. */
const SKEW_S = 300;

const Header = z.object({ alg: z.literal('EdDSA'), typ: z.literal(ORDER_TYPE), kid: z.string().max(64) });

/** For one connection: remembers the highest number so far. */
export function orders(given: OrderCheck): (signed: string, frameId: string) => Checked {
  const keys = new Map(given.hubKeys.map(({ kid, x }) => [kid, keyOf(x)]));
  let last = 0;
  return (signed, frameId) => {
    const order = read(signed, keys);
    if (typeof order === 'string') return { is: 'bad', reason: order };
    const reason = misfit(order, frameId, given) ?? (order.seq <= last ? 'it was asked before' : undefined);
    if (reason !== undefined) return { is: 'bad', reason };
    last = order.seq;
    const question = Question.safeParse(order.question);
    if (!question.success) return { is: 'unknown' };
    return { is: 'good', question: question.data, deadlineMs: order.deadlineMs };
  };
}

const keyOf = (x: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

function read(signed: string, keys: ReadonlyMap<string, KeyObject>): Order | string {
  const [head = '', body = '', signature = '', ...more] = signed.split('.');
  const header = Header.safeParse(json(head));
  if (!header.success || more.length > 0) return 'it is not signed as agreed';
  const key = keys.get(header.data.kid);
  if (!key) return 'its key is not the one that was pinned at registration';
  const isGood = verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  if (!isGood) return 'its signature is wrong';
  const order = Order.safeParse(json(body));
  return order.success ? order.data : 'it is not as agreed';
}

function misfit(order: Order, frameId: string, given: OrderCheck): string | undefined {
  if (order.aud !== given.deviceId) return 'it is meant for another device';
  if (order.jti !== frameId) return 'it is meant for another frame';
  if (order.session !== given.session) return 'it is meant for another connection';
  if (order.exp + SKEW_S < given.now() / 1000) return 'it is over';
  return undefined;
}

function json(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
