import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterEach, describe, expect, it } from 'vitest';
import { authenticationEngine, type Resolver } from './auth.ts';
import { clamavEngine } from './clamav.ts';
import { type Asked, bench, clamDaemon, httpDaemon } from './engine.fixture.ts';
import { rspamdEngine } from './rspamd.ts';

const open: { close(): unknown }[] = [];
const kept = <T extends { close(): unknown }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const RAW = 'From: Ann <ann@example.org>\r\nSubject: hi\r\nTo: bob@example.com\r\n\r\nHello\r\n';

describe('rspamd', () => {
  const engines = (url: string, more = {}) => ({
    engines: { rspamd: { enabled: true, endpoint: url, timeoutSeconds: 1, ...more } },
  });

  it.each([
    ['no action', 'clean', undefined],
    ['greylist', 'clean', undefined],
    ['add header', 'suspect', undefined],
    ['rewrite subject', 'suspect', undefined],
    ['soft reject', 'clean', 'defer'],
    ['reject', 'positive', undefined],
  ])('takes the action %s for %s', async (action, verdict, wants) => {
    const symbols = { A: { score: 1 }, B: { score: 4, options: ['x'] }, GOOD: { score: -1 } };
    const daemon = kept(
      await httpDaemon(() => ({ action, score: 6.5, required_score: 15, symbols, new: 1 })),
    );
    const test = kept(bench([rspamdEngine()], engines(daemon.url)));
    const [result] = (await test.look(RAW)).results;
    expect(result).toMatchObject({
      engine: 'rspamd',
      category: 'spam',
      verdict,
      names: ['B', 'A'],
      score: 6.5,
      version: '3.4',
    });
    expect(result?.wants).toBe(wants);
  });

  it('shows it the envelope, and the bytes that the client sent', async () => {
    let asked: Asked | undefined;
    const daemon = kept(
      await httpDaemon((one) => {
        asked = one;
        return {};
      }),
    );
    const test = kept(bench([rspamdEngine()], engines(daemon.url)));
    await test.look(RAW, { sender: 'jürgen@example.org\r\nX: y' });
    expect(asked?.body).toBe(RAW);
    expect(asked?.headers).toMatchObject({
      ip: '192.0.2.1',
      helo: 'mx.example.org',
      rcpt: 'bob@example.com',
      'queue-id': '8',
    });
    expect(asked?.headers.x).toBeUndefined();
  });

  it.each([
    ['refuses', () => 500, /answered 500/],
    ['is silent', () => undefined, /no answer within 1 s/],
  ])('when it %s, the settings say what becomes of the mail', async (_, answer, text) => {
    const daemon = kept(await httpDaemon(answer));
    const test = kept(bench([rspamdEngine()], engines(daemon.url, { onError: 'defer' })));
    const [result] = (await test.look(RAW)).results;
    expect(result).toMatchObject({ verdict: 'error', wants: 'defer' });
    expect(result?.names[0]).toMatch(text);
    expect(test.health.report(test.config)[1]).toMatchObject({ errors: 1, messages: 1 });
  });

  it('is not shown what is larger than its limit, nor what the mail flow policy spares', async () => {
    const test = kept(bench([rspamdEngine()], engines('http://127.0.0.1:9', { maxSize: 1024 })));
    expect((await test.look(RAW + 'x'.repeat(2000))).results).toMatchObject([{ verdict: 'skipped' }]);
    expect((await test.look(RAW, { flowPolicy: 'TRUSTED' })).results).toEqual([]);
  });
});

describe('clamav', () => {
  const engines = (endpoint: string) => ({
    engines: { clamav: { enabled: true, endpoint, timeoutSeconds: 1 } },
  });

  it('finds what clamd finds, and says nothing of the rest', async () => {
    const daemon = kept(
      await clamDaemon((m) => (m.includes('EICAR') ? 'stream: Eicar-Test FOUND' : 'stream: OK')),
    );
    const test = kept(bench([clamavEngine(() => 0)], engines(daemon.endpoint)));
    expect((await test.look(RAW)).results).toMatchObject([{ verdict: 'clean', version: '1.4.3' }]);
    const bad = await test.look(`${RAW}EICAR${'x'.repeat(300_000)}\r\n`);
    expect(bad.results).toMatchObject([
      { engine: 'clamav', category: 'virus', verdict: 'positive', names: ['Eicar-Test'] },
    ]);
    expect(test.health.report(test.config)[2]).toMatchObject({
      messages: 2,
      found: 1,
      errors: 0,
      version: '1.4.3',
    });
  });

  it('tells of its size limit, of silence and of absence as errors', async () => {
    const small = kept(await clamDaemon(() => 'stream: OK', 100_000));
    const limited = kept(bench([clamavEngine(() => 0)], engines(small.endpoint)));
    const [result] = (await limited.look(RAW + 'x'.repeat(900_000))).results;
    expect(result).toMatchObject({
      verdict: 'error',
      names: ['clamd answered: INSTREAM size limit exceeded. ERROR'],
    });
    const gone = kept(bench([clamavEngine(() => 0)], engines('unix:/nowhere/clamd.ctl')));
    expect((await gone.look(RAW)).results).toMatchObject([
      { verdict: 'error', names: [expect.stringMatching(/ENOENT/)] },
    ]);
  });
});

describe('SPF, DKIM and DMARC', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const signer = {
    signingDomain: 'example.org',
    selector: 's',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
  const ZONE: Record<string, string[][]> = {
    'example.org TXT': [['v=spf1 ip4:192.0.2.1 -all']],
    's._domainkey.example.org TXT': [[`v=DKIM1; k=rsa; p=${key}`]],
    '_dmarc.example.org TXT': [['v=DMARC1; p=reject']],
  };
  const resolver: Resolver = async (name, type) => {
    const found = ZONE[`${name} ${type}`];
    if (!found) throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' });
    return found;
  };
  const signed = async (): Promise<string> => {
    const { signatures } = await dkimSign(RAW, { ...signer, signatureData: [signer] });
    return signatures + RAW;
  };

  it('pass for mail as it was sent, though our own header stands before it', async () => {
    const test = kept(bench([authenticationEngine(resolver)], {}));
    const { authentication, results } = await test.look(await signed());
    expect(results).toEqual([]);
    expect(authentication).toMatchObject({
      spf: { result: 'pass', domain: 'example.org' },
      dkim: [{ result: 'pass', domain: 'example.org', selector: 's' }],
      dmarc: { result: 'pass', domain: 'example.org', policy: 'reject' },
      arc: { result: 'none' },
    });
  });

  it('are verdicts where they fail', async () => {
    const test = kept(bench([authenticationEngine(resolver)], {}));
    const altered = (await signed()).replace('Hello', 'Hullo');
    const { results } = await test.look(altered, { ip: '198.51.100.1' });
    expect(results.map((one) => [one.engine, one.verdict])).toEqual([
      ['spf', 'positive'],
      ['dkim', 'positive'],
      ['dmarc', 'positive'],
    ]);
  });

  it('are not asked for what comes from this machine or goes out', async () => {
    const test = kept(bench([authenticationEngine(() => Promise.reject(new Error('asked')))], {}));
    expect((await test.look(RAW, { ip: '127.0.0.1' })).authentication).toBeUndefined();
    expect((await test.look(RAW, { direction: 'outgoing' })).authentication).toBeUndefined();
  });
});
