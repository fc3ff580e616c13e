/** The connector's HTTP side: nonce, enrolment, deregistration. */
import {
  type Answer,
  client,
  type DeviceFacts,
  deregister,
  enrol,
  Fault,
  getNonce,
  rotate,
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
  /** A fresh proof of the device for a connection; replaces a key that is too old first. */
  proof(deviceId: string, signal: AbortSignal): Promise<{ proof: string; offset: number }>;
  /** Replaces the key of the device; the exchange takes the old one for another day. */
  rotate(deviceId: string, signal: AbortSignal): Promise<void>;
  /** The same, when the key is older than 90 days. */
  renewIfOld(deviceId: string, signal: AbortSignal): Promise<void>;
  /** Redeems the token and pins the keys of the exchange; rejects with the exchange's Fault. */
  enrol(token: string, facts: DeviceFacts, signal: AbortSignal): Promise<Answer<typeof enrol>>;
  deregister(deviceId: string, signal: AbortSignal): Promise<void>;
}

/** Age at which a key is replaced. */
const KEY_MS = 90 * 86_400_000;
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
  const prove = async (subject: string, signal: AbortSignal, key?: string) => {
    const { nonce, offset } = await hello(signal);
    const now = net.clock() + offset;
    const given = { audience: url, subject, nonce, now, ...(key === undefined ? {} : { key }) };
    return { given, offset };
  };
  const sign = async (subject: string, signal: AbortSignal, key?: string) => {
    const { given, offset } = await prove(subject, signal, key);
    return { proof: await identity.prove(given), offset };
  };
  const renew = async (deviceId: string, signal: AbortSignal): Promise<void> => {
    const key = await identity.next(url);
    const { proof } = await sign(deviceId, signal, key.x);
    const { given } = await prove(deviceId, signal);
    const possession = await identity.proveNext(given);
    await call(rotate, { body: { key, proof, possession } }, { signal });
    identity.replaced(url, net.clock());
  };
  const renewIfOld = async (deviceId: string, signal: AbortSignal): Promise<void> => {
    if (net.clock() - identity.since(url) > KEY_MS) await renew(deviceId, signal);
  };
  return {
    url,
    hello,
    rotate: renew,
    renewIfOld,
    proof: async (deviceId, signal) => {
      // a refusal to renew is no reason not to connect: the key that there is still is good
      await renewIfOld(deviceId, signal).catch(unlessRefused);
      return sign(deviceId, signal);
    },
    enrol: async (token, facts, signal) => {
      const tokenId = TOKEN_PATTERN.exec(token)?.[2] ?? '';
      const signed = await sign(tokenId, signal);
      const body = { token, key: identity.keyFor(url), facts, proof: signed.proof };
      const answer = await call(enrol, { body }, { signal });
      identity.pin(url, answer);
      return answer;
    },
    deregister: async (deviceId, signal) => {
      const signed = await sign(deviceId, signal);
      await call(deregister, { body: { proof: signed.proof } }, { signal });
    },
  };
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
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
