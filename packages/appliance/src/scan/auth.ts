/** SPF, DKIM, DMARC and ARC (RFC 7208, 6376, 9989, 8617) of mail that comes in. */
import { createReadStream } from 'node:fs';
import { isIP } from 'node:net';
import { type Authentication, authservIdOf, flowPolicyOf } from '@sightline/api';
import { type AuthenticateResult, authenticate, type DNSResolver } from 'mailauth';
import { plainIp } from '../smtp/network.ts';
import { authResults } from './authres.ts';
import type { Engine, Letter } from './engine.ts';

/** Rejects with `code` ENOTFOUND or ENODATA where there is nothing. */
export type Resolver = DNSResolver;

/** A client on this machine is no sender of the Internet. */
const isHere = (ip: string): boolean => ip === '::1' || /^(::ffff:)?127\./.test(ip) || isIP(ip) === 0;

export const authenticationEngine = (resolver: Resolver): Engine => ({
  name: 'authentication',
  category: 'spf',
  wants({ head, config }) {
    const { spf, dkim, dmarc } = flowPolicyOf(config.flowPolicies, head.flowPolicy);
    return head.direction === 'incoming' && !isHere(head.ip) && (spf || dkim || dmarc);
  },
  async look(letter) {
    const authentication = summary(await ask(letter, resolver));
    const said = { results: results(authentication, letter), authentication };
    const { head, config } = letter;
    if (!config.engines.authentication.header) return said;
    const asked = { ...head, ip: plainIp(head.ip), authservId: authservIdOf(config) };
    return { ...said, authResults: authResults(asked, authentication) };
  },
});

async function ask({ head, bytes, config, signal }: Letter, resolver: Resolver): Promise<AuthenticateResult> {
  const { path, start, end } = bytes;
  const message = createReadStream(path, { start, end: end - 1, signal });
  try {
    return await authenticate(message, {
      ip: plainIp(head.ip),
      helo: head.helo,
      sender: head.sender,
      mta: config.hostname,
      resolver,
      disableBimi: true,
    });
  } finally {
    message.destroy();
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 255) : '');

export function summary({ spf, dkim, dmarc, arc }: AuthenticateResult): Authentication {
  return {
    spf: spf ? { result: text(spf.status.result), domain: text(spf.domain) } : { result: 'none', domain: '' },
    dkim: dkim.results.slice(0, 20).map((one) => ({
      result: text(one.status.result),
      domain: text(one.signingDomain),
      selector: text(one.selector),
    })),
    dmarc: dmarc
      ? { result: text(dmarc.status.result), domain: text(dmarc.domain), policy: text(dmarc.policy) }
      : { result: 'none', domain: '', policy: '' },
    arc: arc
      ? { result: text(arc.status.result), instance: Math.max(0, Number(arc.i) || 0) }
      : { result: 'none', instance: 0 },
  };
}

const FAILED = /^(fail|permerror|policy)$/;

/** Only what failed is a verdict; everything else is told by the authentication itself. */
function results({ spf, dkim, dmarc }: Authentication, { head, config }: Letter) {
  const asked = flowPolicyOf(config.flowPolicies, head.flowPolicy);
  const signed = dkim.filter((one) => one.result !== 'none');
  // A body that was altered is `neutral` for mailauth.
  const broken = signed.length > 0 && signed.every((one) => !/^(pass|temperror)$/.test(one.result));
  const all = [
    {
      engine: 'spf',
      category: 'spf',
      failed: asked.spf && FAILED.test(spf.result),
      names: [`${spf.result} ${spf.domain}`],
    },
    {
      engine: 'dkim',
      category: 'dkim',
      failed: asked.dkim && broken,
      names: signed.map((one) => `${one.result} ${one.domain}`),
    },
    {
      engine: 'dmarc',
      category: 'dmarc',
      failed: asked.dmarc && dmarc.result === 'fail',
      names: [`fail ${dmarc.domain} (p=${dmarc.policy})`],
    },
  ] as const;
  return all
    .filter((one) => one.failed)
    .map(({ engine, category, names }) => ({
      engine,
      category,
      verdict: 'positive' as const,
      names: [...names],
    }));
}
