import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, Fault } from '@sightline/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changes } from './changes.ts';
import { type Conf, openConf } from './conf.ts';
import { merge, revise } from './document.ts';

let dir: string;
let conf: Conf;
let now = Date.UTC(2026, 0, 5);
const open = (seed?: unknown): Conf => openConf({ path: join(dir, 'conf.db'), seed, clock: () => now });
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'conf-'));
  conf = open({ hostname: 'esa03.example.com' });
});
afterEach(() => {
  conf.close();
  rmSync(dir, { recursive: true, force: true });
});

const problems = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid_input')
      return (error.fields ?? []).map((field) => field.path);
    throw error;
  }
  return [];
};

describe('first start', () => {
  it('takes the seed once; the defaults are a closed gateway', () => {
    expect(conf.live()).toEqual(Config.parse({ hostname: 'esa03.example.com' }));
    expect(conf.live()).toMatchObject({ recipientDomains: [], relayNetworks: [] });
    conf.close();
    conf = open({ hostname: 'other.example.com' });
    expect(conf.live().hostname).toBe('esa03.example.com');
  });

  it('is refused while another appliance uses the same folder', () => {
    expect(() => open()).toThrow('Another appliance is using');
  });

  it('keeps a fact once it was made', () => {
    expect(conf.fact('serial', () => 'A')).toBe('A');
    conf.close();
    conf = open();
    expect(conf.fact('serial', () => 'B')).toBe('A');
  });
});

describe('submit', () => {
  it('makes nothing live, and only the user who submitted sees it', () => {
    const state = conf.submit('ann', { cloud: { enabled: true }, recipientDomains: ['example.com'] });
    expect(state.live.cloud.enabled).toBe(false);
    expect(state.candidate?.cloud).toMatchObject({ enabled: true, server: 'AMERICAS' });
    expect(state.changes).toEqual([
      { path: 'recipientDomains', from: '', to: 'example.com', removed: [], added: ['example.com'] },
      { path: 'cloud.enabled', from: 'false', to: 'true' },
    ]);
    expect(conf.state('bob')).toMatchObject({ candidate: null, changes: [] });
    expect(conf.pending('ann', 'cloud')).toBe(true);
    expect(conf.pending('ann', 'routes')).toBe(false);
    expect(conf.pending('bob', 'cloud')).toBe(false);
  });

  it('adds to what was submitted before, and survives a restart', () => {
    conf.submit('ann', { hostname: 'a.example.com' });
    conf.submit('ann', { listener: { port: 25 } });
    conf.close();
    conf = open();
    expect(conf.state('ann').changes.map((c) => c.path)).toEqual(['hostname', 'listener.port']);
  });

  it('of what is live already leaves nothing to commit', () => {
    conf.submit('ann', { hostname: 'a.example.com' });
    expect(conf.submit('ann', { hostname: 'esa03.example.com' }).candidate).toBeNull();
  });

  it.each([
    [{ listener: { port: 70_000 } }, ['listener.port']],
    [{ hostnam: 'x' }, ['hostnam']],
    [{ routes: [{ domain: 'ALL', host: 'a', colour: 'red' }] }, ['routes.0.colour']],
    [{ cloud: { server: 'MARS' } }, ['cloud.server']],
    [{ relayNetworks: ['10.0.0.0/8', '10.0.0.0/99'] }, ['relayNetworks.1']],
    [
      { recipientDomains: ['no spaces'], listener: { maxSize: 1 } },
      ['listener.maxSize', 'recipientDomains.0'],
    ],
    [{ cloud: { servers: [{ name: 'AMERICAS', url: 'http://hub.example.com' }] } }, ['cloud.servers.0.url']],
    [
      { cloud: { servers: [{ name: 'AMERICAS', url: 'https://a:b@hub.example.com' }] } },
      ['cloud.servers.0.url'],
    ],
    [JSON.parse('{"__proto__":{"polluted":1}}'), ['__proto__']],
  ])('names the field that is wrong: %j', (patch, paths) => {
    expect(problems(() => conf.submit('ann', patch)).sort()).toEqual(paths);
    expect(conf.state('ann').candidate).toBeNull();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('commit', () => {
  it('tells the running parts, counts the generation up, and is in the history', async () => {
    const told: Config[] = [];
    conf.onCommit(async (config) => void told.push(config));
    conf.submit('ann', { hostname: 'a.example.com' });
    now += 1000;
    const state = await conf.commit('ann', 'new name');
    expect(state).toMatchObject({ candidate: null, generation: 2, live: { hostname: 'a.example.com' } });
    expect(told.map((c) => c.hostname)).toEqual(['a.example.com']);
    conf.close();
    conf = open();
    expect(conf.live().hostname).toBe('a.example.com');
    expect(conf.history()).toMatchObject([
      {
        generation: 2,
        by: 'ann',
        comment: 'new name',
        at: new Date(now).toISOString(),
        changes: [{ path: 'hostname', from: 'esa03.example.com', to: 'a.example.com' }],
      },
      { generation: 1, by: 'system' },
    ]);
  });

  it('of nothing is refused', async () => {
    await expect(conf.commit('ann', '')).rejects.toMatchObject({ code: 'nothing_to_commit' });
  });

  it('is refused when another came in between, also at the same moment; abandoning helps', async () => {
    conf.submit('ann', { hostname: 'a.example.com' });
    conf.submit('bob', { tracking: { keepDays: 7 } });
    const [ann, bob] = await Promise.allSettled([conf.commit('ann', ''), conf.commit('bob', '')]);
    expect(ann.status).toBe('fulfilled');
    expect(bob).toMatchObject({ reason: { code: 'commit_conflict', details: { user: 'ann' } } });
    expect(conf.live().tracking.keepDays).toBe(90);
    expect(conf.abandon('bob').candidate).toBeNull();
    conf.submit('bob', { tracking: { keepDays: 7 } });
    expect((await conf.commit('bob', '')).live).toMatchObject({
      hostname: 'a.example.com',
      tracking: { keepDays: 7 },
    });
  });

  it('that cannot be applied is undone and stays a candidate', async () => {
    const told: number[] = [];
    conf.onCommit(async ({ listener }) => {
      told.push(listener.port);
      if (listener.port === 25) throw new Error('port 25 is in use');
    });
    conf.submit('ann', { listener: { port: 25 } });
    await expect(conf.commit('ann', '')).rejects.toMatchObject({
      code: 'apply_failed',
      details: { reason: 'port 25 is in use' },
    });
    expect(told).toEqual([25, 2525]);
    expect(conf.state('ann')).toMatchObject({ generation: 1, candidate: { listener: { port: 25 } } });
  });
});

describe('documents', () => {
  it('merging all of one document into another gives that one, and then nothing differs', () => {
    const part = fc.record(
      {
        hostname: fc.domain(),
        listener: fc.record({ port: fc.nat(65535) }, { requiredKeys: [] }),
        recipientDomains: fc.array(fc.domain(), { maxLength: 3 }),
        tracking: fc.record({ keepDays: fc.integer({ min: 1, max: 3650 }) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(part, part, (a, b) => {
        const [one, two] = [revise({}, a), revise({}, b)];
        expect(merge(one, two)).toEqual(two);
        expect(changes(two, merge(one, two))).toEqual([]);
        expect(changes(one, two).length === 0).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
    );
  });

  it('does not show what is secret', () => {
    const text = JSON.stringify(
      changes(
        { ldap: { password: 'old-one' }, list: [{ token: 'old-two' }] },
        { ldap: { password: 'new-one' }, list: [{ token: 'new-two' }] },
      ),
    );
    expect(text).not.toMatch(/old-|new-/);
    expect(text).toContain('ldap.password');
  });

  it('tells lists in words', () => {
    const [all, one] = [
      { domain: 'ALL', host: '192.0.2.1', port: 25 },
      { domain: 'a.test', host: 'mx', port: 25 },
    ];
    expect(changes({ groups: [] }, { groups: [{ name: 'A', comment: '', senders: [] }] })).toMatchObject([
      { added: ['name A'] },
    ]);
    const words = ['domain ALL, host 192.0.2.1, port 25'];
    expect(changes({ routes: [one] }, { routes: [one, all] })).toMatchObject([
      { path: 'routes', from: 'domain a.test, host mx, port 25', removed: [], added: words },
    ]);
    expect(changes({ routes: [one, all] }, { routes: [one] })).toMatchObject([{ removed: words, added: [] }]);
    expect(changes({ routes: [one, all] }, { routes: [all, one] })).toMatchObject([
      { removed: [], added: [] },
    ]);
  });
});

describe('two people', () => {
  const both = async (mine: object, theirs: object): Promise<void> => {
    conf.submit('ann', mine);
    conf.submit('bob', theirs);
    await conf.commit('bob', 'mine first');
  };

  it('see what the other committed, and only their own changes as theirs', async () => {
    await both({ tracking: { keepDays: 7 } }, { hostname: 'b.example.com' });
    const { changes: mine, conflict } = conf.state('ann');
    expect(mine).toEqual([{ path: 'tracking.keepDays', from: '90', to: '7' }]);
    expect(conflict).toMatchObject({
      commits: [{ generation: 2, by: 'bob', comment: 'mine first', changes: [{ path: 'hostname' }] }],
      overlap: [],
    });
    expect(conf.state('bob').conflict).toBeNull();
  });

  it('keep both changes after a rebase when they touched different settings', async () => {
    await both({ tracking: { keepDays: 7 }, listener: { port: 2526 } }, { listener: { host: '127.0.0.2' } });
    expect(conf.rebase('ann')).toMatchObject({
      conflict: null,
      candidate: { listener: { host: '127.0.0.2' } },
    });
    expect((await conf.commit('ann', '')).live).toMatchObject({
      listener: { host: '127.0.0.2', port: 2526 },
      tracking: { keepDays: 7 },
    });
  });

  it('cannot rebase when they changed the same setting; the same value is no conflict', async () => {
    await both({ hostname: 'a.example.com' }, { hostname: 'b.example.com' });
    expect(conf.state('ann').conflict?.overlap).toEqual(['hostname']);
    expect(() => conf.rebase('ann')).toThrow(
      expect.objectContaining({ code: 'rebase_overlap', details: { settings: 'hostname' } }),
    );
    conf.abandon('ann');
    await both({ hostname: 'c.example.com' }, { hostname: 'c.example.com' });
    expect(conf.rebase('ann').candidate).toBeNull();
  });

  it('cannot rebase to what would contradict itself', async () => {
    const servers = [{ name: 'AMERICAS', url: 'https://one.example.com' }];
    await both({ cloud: { server: 'EUROPE' } }, { cloud: { servers } });
    expect(problems(() => conf.rebase('ann'))).toEqual(['cloud.server']);
  });
});

describe('rollback', () => {
  it('makes an earlier configuration live as a new commit; what is submitted stays', async () => {
    conf.submit('ann', { hostname: 'a.example.com' });
    await conf.commit('ann', '');
    conf.submit('ann', { tracking: { keepDays: 7 } });
    expect(conf.preview(1)).toEqual([{ path: 'hostname', from: 'a.example.com', to: 'esa03.example.com' }]);
    const told: string[] = [];
    conf.onCommit(async ({ hostname }) => void told.push(hostname));
    const state = await conf.rollback('ann', 1);
    expect(told).toEqual(['esa03.example.com']);
    expect(state).toMatchObject({ generation: 3, live: { hostname: 'esa03.example.com' } });
    expect(state.candidate?.tracking.keepDays).toBe(7);
    expect(conf.history()[0]).toMatchObject({ by: 'ann', comment: 'Rollback to generation 1' });
    await expect(conf.rollback('ann', 1)).rejects.toMatchObject({ code: 'nothing_to_commit' });
  });

  it('reaches back over the last 50 commits', async () => {
    for (let i = 1; i <= 50; i++) {
      conf.submit('ann', { tracking: { keepDays: i } });
      await conf.commit('ann', '');
    }
    await expect(conf.rollback('ann', 1)).rejects.toMatchObject({ code: 'not_found' });
    expect((await conf.rollback('ann', 2)).live.tracking.keepDays).toBe(1);
  });
});

describe('one file', () => {
  const importInto = (user: string, config: Record<string, unknown>) =>
    conf.import(user, { ...conf.export(), version: '1', config });

  it('carries everything but the secrets, and comes back as a candidate', async () => {
    const cloud = { proxy: 'http://user@proxy.example.com:3128', proxyPassword: 'hunter2-secret' };
    conf.submit('ann', { cloud, recipientDomains: ['a.test'] });
    await conf.commit('ann', '');
    const file = conf.export();
    expect(JSON.stringify(file)).not.toContain('hunter2');
    expect(file).toMatchObject({ hostname: 'esa03.example.com', generation: 2 });
    await conf.rollback('ann', 1);
    expect(importInto('bob', file.config)).toMatchObject({
      candidate: { recipientDomains: ['a.test'], cloud: { proxyPassword: '' } },
      generation: 3,
    });
    await conf.rollback('ann', 2);
    conf.abandon('bob');
    expect(importInto('bob', file.config).candidate).toBeNull();
    expect(conf.live().cloud.proxyPassword).toBe('hunter2-secret');
  });

  it('is refused when a setting in it is wrong or unknown', () => {
    expect(problems(() => importInto('ann', { hostnam: 'x' }))).toEqual(['hostnam']);
    expect(problems(() => importInto('ann', { listener: { port: -1 } }))).toEqual(['listener.port']);
  });
});

describe('the proxy and its password', () => {
  const proxy = 'http://user@proxy.example.com:3128';

  it('is never read back, and stays when the mark is submitted', async () => {
    const first = conf.submit('ann', { cloud: { proxy, proxyPassword: 'hunter2' } });
    expect(JSON.stringify(first)).not.toContain('hunter2');
    conf.submit('ann', { cloud: first.candidate?.cloud ?? {} });
    await conf.commit('ann', '');
    expect(conf.live().cloud.proxyPassword).toBe('hunter2');
    expect(JSON.stringify([conf.history(), conf.state('ann')])).not.toContain('hunter2');
    conf.submit('ann', { cloud: { proxyPassword: '' } });
    expect(conf.state('ann').changes).toEqual([{ path: 'cloud.proxyPassword', from: '(hidden)', to: '' }]);
  });

  it('does not go to another proxy', async () => {
    conf.submit('ann', { cloud: { proxy, proxyPassword: 'hunter2' } });
    await conf.commit('ann', '');
    conf.submit('ann', { cloud: { proxy: 'http://user@elsewhere.example.com:3128' } });
    await conf.commit('ann', '');
    expect(conf.live().cloud.proxyPassword).toBe('');
  });

  it.each([
    ['proxy.example.com', ['cloud.proxy']],
    ['ftp://proxy.example.com', ['cloud.proxy']],
    ['http://user:word@proxy.example.com', ['cloud.proxy']],
    ['http://proxy.example.com/path', ['cloud.proxy']],
    ['http://proxy.example.com:3128', []],
  ])('has to be an address: %s', (text, paths) => {
    expect(problems(() => conf.submit('ann', { cloud: { proxy: text } }))).toEqual(paths);
  });

  it('takes authorities only as certificates', () => {
    expect(problems(() => conf.submit('ann', { cloud: { ca: 'my CA' } }))).toEqual(['cloud.ca']);
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    expect(problems(() => conf.submit('ann', { cloud: { ca: broken } }))).toEqual(['cloud.ca']);
  });
});
