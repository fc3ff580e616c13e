import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, Fault, HIDDEN } from '@sightline/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../smtp/selfsigned.ts';
import { type Conf, openConf } from './conf.ts';
import { revise } from './document.ts';

const one = selfSigned('one.example.com', Date.now());
const two = selfSigned('two.example.com', Date.now());

const problems = (patch: object): string[] => {
  try {
    revise({}, patch);
    return [];
  } catch (error) {
    if (error instanceof Fault) return (error.fields ?? []).map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

describe('listeners and tables', () => {
  it.each([
    [
      { listeners: [{ name: 'incomingmail', port: 25 }] },
      'listeners.0.name: incomingmail is in the list twice.',
    ],
    [{ listeners: [{ name: 'B' }] }, 'listeners.0.port: IncomingMail listens on 127.0.0.1:2525 already.'],
    [{ listener: { policy: 'NONE' } }, 'listener.policy: There is no mail flow policy NONE.'],
    [{ listener: { certificate: 'gone' } }, 'listener.certificate: There is no certificate gone.'],
    [
      { listener: { tls: 'none', policy: 'SUBMISSION' } },
      'listener.tls: The mail flow policy SUBMISSION requires TLS.',
    ],
    [
      { listener: { proxyFrom: ['10.0.0.0/99'] } },
      'listener.proxyFrom.0: 10.0.0.0/99 is not an address or a network.',
    ],
    [
      { senderGroups: [{ name: 'A', policy: 'X', listeners: ['Y'] }] },
      'senderGroups.0.listeners.0: There is no listener Y.',
    ],
    [
      { flowPolicies: [{ name: 'ACCEPTED', auth: 'preferred', tls: 'off' }] },
      'flowPolicies.0.tls: Passwords travel over TLS only: choose preferred or required.',
    ],
    [
      { senderGroups: [{ name: 'UNKNOWNLIST', policy: 'ACCEPTED' }] },
      'senderGroups.0.name: UNKNOWNLIST is everybody whom no group takes.',
    ],
  ])('names what does not fit together: %j', (patch, sentence) => {
    expect(problems(patch)).toContain(sentence);
  });

  it('takes a submission listener beside the first one', () => {
    expect(
      problems({
        listeners: [
          { name: 'Submission', port: 587, kind: 'private', tls: 'required', policy: 'SUBMISSION' },
        ],
      }),
    ).toEqual([]);
  });
});

describe('certificates', () => {
  it.each([
    [{ ...one, privateKey: two.privateKey }, 'certificates.0.privateKey: This key does not belong'],
    [{ ...one, privateKey: 'x' }, 'certificates.0.privateKey: This is not a private key'],
    [{ ...one, privateKey: '' }, 'certificates.0.privateKey: Paste the private key'],
    [{ certificate: 'x', privateKey: one.privateKey }, 'certificates.0.certificate: Paste certificates'],
  ])('must have their own key', (certificate, sentence) => {
    expect(problems({ certificates: [{ name: 'mx', ...certificate }] })[0]).toContain(sentence);
  });

  let dir: string;
  let conf: Conf;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'conf-'));
    conf = openConf({ path: join(dir, 'conf.db'), clock: Date.now });
  });
  afterEach(() => {
    conf.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const key = (): string | undefined => conf.live().certificates[0]?.privateKey;
  const submit = async (certificates: object[]): Promise<Config> => {
    conf.submit('ann', { certificates });
    return (await conf.commit('ann', '')).live;
  };

  it('never show their key, and keep it when the mark comes back', async () => {
    const live = await submit([{ name: 'mx', ...one }]);
    expect(JSON.stringify(conf.state('ann'))).not.toContain('PRIVATE');
    expect(JSON.stringify([conf.history(), conf.export()])).not.toContain('PRIVATE KEY');
    expect(live.certificates).toEqual([{ name: 'mx', certificate: one.certificate, privateKey: HIDDEN }]);
    await submit([{ ...live.certificates[0], name: 'renamed' }]);
    expect(key()).toBe(one.privateKey);
  });

  it('come back from a file with the key that this appliance has, or ask for it', async () => {
    await submit([{ name: 'mx', ...one }]);
    const file = { ...conf.export(), version: '1' };
    await submit([]);
    expect(() => conf.import('ann', file)).toThrow(Fault);
    await submit([{ name: 'mx', ...one }]);
    conf.submit('ann', { hostname: 'x.example.com' });
    await conf.commit('ann', '');
    expect(conf.import('ann', file).candidate?.certificates[0]).toMatchObject({ privateKey: HIDDEN });
  });
});
