/** rspamd's normal worker: `POST /checkv2`. */
import { createReadStream } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { flowPolicyOf } from '@sightline/api';
import { z } from 'zod';
import type { Engine, Letter } from './engine.ts';

/** Versions differ in what else they tell. */
const Reply = z.object({
  score: z.number().default(0),
  required_score: z.number().default(0),
  action: z.string().default('no action'),
  symbols: z.record(z.string(), z.object({ score: z.number().default(0) }).loose()).default({}),
});
export type RspamdReply = z.infer<typeof Reply>;

const MOST_REPLY = 1024 * 1024;
const MOST_NAMES = 30;

export const rspamdEngine = (): Engine => ({
  name: 'rspamd',
  category: 'spam',
  wants: ({ head, config }) => flowPolicyOf(config.flowPolicies, head.flowPolicy).spam,
  async look(letter) {
    const { reply, version } = await ask(letter);
    return { results: [{ ...judge(reply), version }] };
  },
});

export function judge({ action, score, required_score, symbols }: RspamdReply) {
  const verdict = verdictOf(action);
  const sorted = Object.entries(symbols).sort(([, a], [, b]) => b.score - a.score);
  const against = sorted.filter(([, symbol]) => symbol.score > 0);
  // A rule that decides by itself, as the one for GTUBE, has no score.
  const telling = against.length > 0 || verdict === 'clean' ? against : sorted;
  return {
    verdict,
    names: telling.slice(0, MOST_NAMES).map(([name]) => name),
    score,
    threshold: required_score,
    ...(action === 'soft reject' ? { wants: 'defer' as const } : {}),
  };
}

/** Greylisting is the business of the sender groups: here it counts as clean. */
function verdictOf(action: string): 'clean' | 'suspect' | 'positive' {
  if (action === 'reject' || action === 'discard') return 'positive';
  return action === 'no action' || action === 'greylist' || action === 'soft reject' ? 'clean' : 'suspect';
}

// Header values are bytes for node; a control character would end the header.
const value = (text: string): string => Buffer.from(text.replace(/\p{Cc}/gu, ' '), 'utf8').toString('latin1');

async function ask(letter: Letter): Promise<{ reply: RspamdReply; version: string }> {
  const { head, bytes, config, signal } = letter;
  const url = new URL('/checkv2', config.engines.rspamd.endpoint);
  const headers = {
    'Content-Length': String(bytes.end - bytes.start),
    IP: head.ip,
    Helo: value(head.helo),
    Hostname: value(head.reverseDns || 'unknown'),
    From: value(head.sender),
    Rcpt: head.recipients.slice(0, 100).map(({ address }) => value(address)),
    'Queue-Id': String(head.mid),
    'MTA-Name': value(config.hostname),
    ...(head.user === undefined ? {} : { User: value(head.user) }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestTls : request;
    const req = send(url, { method: 'POST', headers, signal }, resolve);
    req.on('error', reject);
    const { path, start, end } = bytes;
    pipeline(createReadStream(path, { start, end: end - 1 }), req).catch(reject);
  });
  const text = await body(response);
  if (response.statusCode !== 200)
    throw new Error(`rspamd answered ${response.statusCode}: ${text.slice(0, 200)}`);
  const version = /^rspamd\/(\S+)/.exec(String(response.headers.server ?? ''))?.[1] ?? '';
  return { reply: Reply.parse(JSON.parse(text)), version };
}

async function body(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_REPLY) throw new Error('The answer of rspamd is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
