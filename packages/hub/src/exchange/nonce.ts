/**
 * Nonces for device proofs: signed by this hub instead of stored, so asking for many costs no memory; only
 * those that were used are remembered until they would have ended anyway.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const NONCE_MS = 60_000;

export interface Nonces {
  make(now: number): string;
  /** Why a nonce is not good (any more), '' when it was and now is spent. `now` in epoch milliseconds. */
  spend(nonce: string, now: number): string;
}

export function nonces(key: Buffer = randomBytes(32)): Nonces {
  const used = new Map<string, number>();
  const sign = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, 16);

  const make = (now: number): string => {
    const body = Buffer.alloc(24);
    body.writeBigUInt64BE(BigInt(now));
    randomBytes(16).copy(body, 8);
    return Buffer.concat([body, sign(body)]).toString('base64url');
  };

  const spend = (nonce: string, now: number): string => {
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== 40 || bytes.toString('base64url') !== nonce) return 'the nonce is not one of ours';
    const body = bytes.subarray(0, 24);
    if (!timingSafeEqual(sign(body), bytes.subarray(24))) return 'the nonce is not one of ours';
    const made = Number(body.readBigUInt64BE());
    if (now - made >= NONCE_MS || made > now) return 'the nonce has expired';
    if (used.has(nonce)) return 'the nonce has been used before';
    forget(used, now);
    used.set(nonce, made);
    return '';
  };
  return { make, spend };
}

/** Oldest first: those past their time need no memory. */
function forget(used: Map<string, number>, now: number): void {
  for (const [nonce, made] of used) {
    if (now - made < NONCE_MS) return;
    used.delete(nonce);
  }
}
