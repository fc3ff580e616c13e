/** The connector's HTTP side: nonce, enrolment, deregistration. */
import {
  type Answer,
  client,
  type DeviceFacts,
  deregister,
  enrol,
  getNonce,
  TOKEN_PATTERN,
} from '@sightline/api';
import { NotAnExchange } from './cause.ts';
import type { Identity } from './identity.ts';

interface Hello {
  nonce: string;
  region: string;
  /** The exchange's clock minus ours, milliseconds. */
  offset: number;
}

export interface Exchange {
  url: string;
  hello(signal: AbortSignal): Promise<Hello>;
  /** A fresh proof for `subject`. */
  proof(subject: string, signal: AbortSignal): Promise<{ proof: string; offset: number }>;
  /** Redeems the token; rejects with the exchange's Fault. */
  enrol(token: string, facts: DeviceFacts, signal: AbortSignal): Promise<Answer<typeof enrol>>;
  deregister(deviceId: string, signal: AbortSignal): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 64 * 1024;

export function exchangeAt(
  url: string,
  identity: Identity,
  net: { fetch: typeof fetch; clock: () => number },
): Exchange {
  const call = client({ base: url, fetch: guarded(net.fetch) });
  const hello = async (signal: AbortSignal): Promise<Hello> => {
    const sent = net.clock();
    const { nonce, now, region } = await call(getNonce, {}, { signal });
    return { nonce, region, offset: now - (sent + net.clock()) / 2 };
  };
  const proof = async (subject: string, signal: AbortSignal) => {
    const { nonce, offset } = await hello(signal);
    const now = net.clock() + offset;
    return { proof: await identity.prove({ audience: url, subject, nonce, now }), offset };
  };
  return {
    url,
    hello,
    proof,
    enrol: async (token, facts, signal) => {
      const tokenId = TOKEN_PATTERN.exec(token)?.[2] ?? '';
      const signed = await proof(tokenId, signal);
      const body = { token, key: identity.publicKey, facts, proof: signed.proof };
      return call(enrol, { body }, { signal });
    },
    deregister: async (deviceId, signal) => {
      const signed = await proof(deviceId, signal);
      await call(deregister, { body: { proof: signed.proof } }, { signal });
    },
  };
}

/** fetch with a deadline, without redirects (they could carry a token elsewhere) and with bounded answers. */
function guarded(inner: typeof fetch): typeof fetch {
  return async (input, init) => {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const res = await inner(input, { ...init, signal, redirect: 'manual' });
    if (res.status >= 300 && res.status < 400) throw new NotAnExchange('redirect');
    if (res.status === 204) return res;
    const text = await bounded(res);
    if (!res.ok && !isFault(text)) throw new NotAnExchange(`status ${res.status}`);
    return new Response(text, { status: res.status, headers: res.headers });
  };
}

async function bounded(res: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of res.body ?? []) {
    size += part.byteLength;
    if (size > LARGEST_ANSWER) throw new NotAnExchange('answer too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function isFault(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as { error?: unknown }).error === 'string';
  } catch {
    return false;
  }
}
