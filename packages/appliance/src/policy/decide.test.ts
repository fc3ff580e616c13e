import { Config, type ConfigPart } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { head } from '../scan/engine.fixture.ts';
import type { EngineResult, Examined } from '../scan/engine.ts';
import { nothing, type Scanned } from '../scan/scanned.ts';
import { decide } from './decide.ts';
import type { Copy } from './decision.ts';
import type { Step } from './note.ts';
import { covers } from './party.ts';

const found = (part: Partial<Scanned> = {}): Scanned => ({
  ...nothing(),
  parse: 'complete',
  subject: 'Invoice 88214',
  urls: ['https://login.bad.example/x'],
  headers: [['X-Mailer', 'Bulk 1.0']],
  attachments: [
    { name: 'a.pdf', type: 'application/pdf', size: 10, sha256: 'a'.repeat(64) },
    {
      name: 'run.exe',
      type: 'application/octet-stream',
      size: 5000,
      sha256: 'b'.repeat(64),
      parent: 'x.zip',
    },
  ],
  parts: ['2', '3'],
  ...part,
});
const result = (part: Partial<EngineResult>): EngineResult => ({
  engine: 'rspamd',
  category: 'spam',
  version: '',
  verdict: 'positive',
  names: ['A'],
  ms: 1,
  ...part,
});
const to = (...addresses: string[]) => addresses.map((address, rid) => ({ rid, address }));

function run(part: ConfigPart, examined: Partial<Examined> = {}, more = {}) {
  const steps: Step[] = [];
  const message = head({ recipients: to('bob@example.com'), ...more });
  const decision = decide(
    Config.parse(part),
    message,
    3000,
    { found: found(), results: [], ...examined },
    (s) => steps.push(s),
  );
  return { decision, steps };
}
function copies(...args: Parameters<typeof run>): Copy[] {
  const { decision } = run(...args);
  if (decision.do !== 'take') throw new Error(`refused by ${decision.by}`);
  return decision.copies;
}
const filtering = (filter: object): ConfigPart =>
  ({
    filters: { incoming: [{ name: 'f', actions: [{ do: 'log', text: 'x' }], ...filter }] },
    policies: { incoming: { default: { filters: ['f'] } } },
  }) as ConfigPart;

describe('policies', () => {
  it('an entry covers an address, a domain or its subdomains', () => {
    expect(covers([], 'a@b.example')).toBe(true);
    expect(covers(['B.example'.toLowerCase()], 'A@b.Example')).toBe(true);
    expect(covers(['.b.example'], 'a@x.b.example')).toBe(true);
    expect(covers(['.b.example'], 'a@b.example')).toBe(false);
    expect(covers(['a@b.example'], 'a@b.example')).toBe(true);
    expect(covers(['a@b.example'], 'aa@b.example')).toBe(false);
  });

  it('the first that fits decides; recipients that are treated alike stay together', () => {
    const part: ConfigPart = {
      policies: {
        incoming: {
          ordered: [
            { name: 'Partner', senders: ['partner.example'] },
            { name: 'Boss', recipients: ['boss@example.com'], verdicts: { spam: { do: 'drop' } } },
          ],
        },
      },
    };
    const recipients = to('bob@example.com', 'boss@example.com', 'eve@example.com');
    const [rest, boss] = copies(part, { results: [result({})] }, { recipients });
    expect(rest).toMatchObject({
      rids: [0, 2],
      policy: 'DEFAULT',
      fate: { do: 'quarantine', into: [{ quarantine: 'Spam' }] },
    });
    expect(boss).toMatchObject({ rids: [1], policy: 'Boss', fate: { do: 'drop', by: 'Spam Positive' } });
    expect(copies(part, {}, { recipients, sender: 'x@partner.example' })).toMatchObject([
      { rids: [0, 1, 2], policy: 'Partner' },
    ]);
  });

  it('what a policy leaves open is as in DEFAULT, and mail that goes out has its own', () => {
    const part: ConfigPart = {
      policies: { incoming: { ordered: [{ name: 'All', verdicts: { virus: { do: 'drop' } } }] } },
    };
    const spam = { results: [result({ verdict: 'suspect' })] };
    expect(copies(part, spam)[0]).toMatchObject({
      policy: 'All',
      edits: [{ do: 'tag subject', prefix: '[SUSPECTED SPAM] ' }],
    });
    expect(copies(part, spam, { direction: 'outgoing' })[0]).toMatchObject({ policy: 'DEFAULT', edits: [] });
  });

  it('refuse only what nobody gets', () => {
    const part: ConfigPart = {
      policies: {
        incoming: {
          ordered: [
            { name: 'Open', recipients: ['abuse@example.com'], verdicts: { blocklist: { do: 'deliver' } } },
          ],
        },
      },
    };
    const listed = { results: [result({ engine: 'blocklist', category: 'blocklist' })] };
    expect(run(part, listed).decision).toMatchObject({
      do: 'refuse',
      reply: { code: 554, status: '5.7.1' },
      by: 'Blocklist',
    });
    const both = { recipients: to('bob@example.com', 'abuse@example.com') };
    expect(copies(part, listed, both).map((one) => one.fate.do)).toEqual(['drop', 'deliver']);
    const bounce = { policies: { ...part.policies, partialReject: 'bounce' as const } };
    expect(copies(bounce, listed, both).map((one) => one.fate.do)).toEqual(['bounce', 'deliver']);
    expect(copies(bounce, listed, { ...both, sender: '' }).map((one) => one.fate.do)).toEqual([
      'drop',
      'deliver',
    ]);
  });

  it('put off everything when an engine that must look is away', () => {
    const away = { results: [result({ verdict: 'error', wants: 'defer', names: ['ECONNREFUSED'] })] };
    expect(run({}, away).decision).toMatchObject({
      do: 'refuse',
      reply: { code: 451 },
      why: ['rspamd: ECONNREFUSED'],
    });
  });

  it('treat as unscannable what could not be read, and what an engine says so of', () => {
    const part: ConfigPart = {
      policies: { incoming: { default: { verdicts: { unscannable: { do: 'quarantine' } } } } },
    };
    expect(copies(part)[0]?.fate.do).toBe('deliver');
    expect(copies(part, { found: found({ parse: 'partial' }) })[0]?.fate.do).toBe('quarantine');
    expect(
      copies(part, { results: [result({ verdict: 'skipped', wants: 'unscannable' })] })[0]?.fate.do,
    ).toBe('quarantine');
  });

  it('a stronger verdict beats a quarantine that came before; several quarantines add up', () => {
    const part: ConfigPart = {
      policies: {
        incoming: {
          default: { verdicts: { virus: { do: 'quarantine', quarantine: 'Virus' }, spf: { do: 'drop' } } },
        },
      },
    };
    const virus = result({ category: 'virus' });
    expect(copies(part, { results: [virus, result({ category: 'spf' })] })[0]?.fate.do).toBe('drop');
    expect(copies(part, { results: [virus, result({})] })[0]?.fate).toMatchObject({
      into: [{ quarantine: 'Virus' }, { quarantine: 'Spam' }],
    });
  });

  it('strip the files that a verdict is about, by their parts', () => {
    const part: ConfigPart = { policies: { incoming: { default: { verdicts: { file: { strip: true } } } } } };
    const [copy] = copies(part, {
      results: [result({ category: 'file', verdict: 'suspect', attachments: [1] })],
    });
    expect(copy?.edits).toEqual([
      {
        do: 'strip attachment',
        part: '3',
        note: 'The attachment "run.exe" was removed by policy (File Type).',
      },
    ]);
  });

  it('ends a message that goes in circles', () => {
    expect(run({}, { found: found({ hops: 101 }) }).decision).toMatchObject({
      reply: { code: 554, status: '5.4.6' },
    });
  });
});

describe('conditions', () => {
  const authentication = {
    spf: { result: 'softfail', domain: 'x' },
    dkim: [{ result: 'pass', domain: 'x', selector: 's' }],
    dmarc: { result: 'fail', domain: 'x', policy: 'none' },
    arc: { result: 'none', instance: 0 },
  };
  it.each<[object, boolean]>([
    [{ on: 'subject', value: 'INVOICE' }, true],
    [{ on: 'subject', op: 'is', value: 'invoice' }, false],
    [{ on: 'subject', op: 'matches', value: '^inv\\w+ \\d{5}$' }, true],
    [{ on: 'subject', op: 'begins with', value: 'inv', not: true }, false],
    [{ on: 'body', value: 'wire' }, true],
    [{ on: 'body', value: 'other' }, false],
    [{ on: 'body', value: 'other', not: true }, true],
    [{ on: 'header', name: 'x-mailer', value: 'bulk' }, true],
    [{ on: 'header', name: 'X-None', op: 'exists' }, false],
    [{ on: 'header', name: 'X-None', op: 'exists', not: true }, true],
    [{ on: 'sender', op: 'ends with', value: '@example.org' }, true],
    [{ on: 'recipient', value: 'bob@' }, true],
    [{ on: 'attachment name', op: 'ends with', value: '.exe' }, true],
    [{ on: 'attachment type', op: 'is', value: 'application/pdf' }, true],
    [{ on: 'attachment size', atLeast: 5000 }, true],
    [{ on: 'attachment size', atLeast: 5001 }, false],
    [{ on: 'attachment hash', sha256: ['B'.repeat(64)] }, true],
    [{ on: 'url host', op: 'ends with', value: 'bad.example' }, true],
    [{ on: 'url', value: 'login.bad.example/x' }, true],
    [{ on: 'message size', atLeast: 3001 }, false],
    [{ on: 'remote ip', networks: ['192.0.2.0/24'] }, true],
    [{ on: 'remote ip', networks: ['2001:db8::/32'] }, false],
    [{ on: 'remote ip', networks: ['192.0.2.0/24'], not: true }, false],
    [{ on: 'reverse dns', op: 'exists' }, true],
    [{ on: 'sender group', op: 'is', value: 'UNKNOWNLIST' }, true],
    [{ on: 'spf', results: ['fail', 'softfail'] }, true],
    [{ on: 'dkim', results: ['none'] }, false],
    [{ on: 'dmarc', results: ['fail'] }, true],
    [{ on: 'verdict', verdicts: ['suspect'] }, false],
  ])('%j: %s', (condition, holds) => {
    const examined = { authentication, found: found({ matches: ['contains wire'] }) };
    const [copy] = copies(filtering({ conditions: [condition] }), examined);
    expect(copy?.actions.length).toBe(holds ? 1 : 0);
  });

  it('hold all, or any of them', () => {
    const conditions = [
      { on: 'subject', value: 'invoice' },
      { on: 'subject', value: 'nothing' },
    ];
    expect(copies(filtering({ conditions }))[0]?.actions).toEqual([]);
    expect(copies(filtering({ conditions, match: 'any' }))[0]?.actions).toHaveLength(1);
  });

  it('with an expression that would blow up elsewhere end at once', () => {
    const start = performance.now();
    copies(filtering({ conditions: [{ on: 'subject', op: 'matches', value: '^(a+)+$' }] }), {
      found: found({ subject: `${'a'.repeat(50_000)}!` }),
    });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('actions', () => {
  const act = (...actions: object[]) => copies(filtering({ actions }))[0];
  it.each<[object, object]>([
    [
      { do: 'quarantine', quarantine: 'Policy' },
      { fate: { do: 'quarantine', into: [{ quarantine: 'Policy', reason: 'content filter f' }] } },
    ],
    [
      { do: 'copy to quarantine', quarantine: 'Policy' },
      { fate: { do: 'deliver' }, extras: [{ do: 'copy to quarantine' }] },
    ],
    [{ do: 'drop' }, { fate: { do: 'drop', by: 'content filter f' } }],
    [{ do: 'strip attachments', name: '*.exe' }, { edits: [{ do: 'strip attachment', part: '3' }] }],
    [{ do: 'strip attachments', type: 'application/*' }, { edits: [{ part: '2' }, { part: '3' }] }],
    [
      { do: 'add header', name: 'X-A', value: 'b' },
      { edits: [{ do: 'add header', name: 'X-A', value: 'b' }] },
    ],
    [{ do: 'remove header', name: 'X-A' }, { edits: [{ do: 'remove header', name: 'X-A' }] }],
    [{ do: 'tag subject', prefix: '[T]' }, { edits: [{ do: 'tag subject', prefix: '[T]' }] }],
    [{ do: 'bcc', address: 'arch@example.com' }, { extras: [{ do: 'bcc', address: 'arch@example.com' }] }],
    [
      { do: 'notify', address: 'sec@example.com', text: 'look' },
      { extras: [{ do: 'notify', by: 'content filter f', text: 'look' }] },
    ],
    [{ do: 'route', host: 'dlp.example.com', port: 2525 }, { hop: { host: 'dlp.example.com', port: 2525 } }],
  ])('%j', (action, expected) => expect(act(action)).toMatchObject(expected));

  it('reject with the words of the filter', () => {
    expect(run(filtering({ actions: [{ do: 'reject', text: 'No.' }] })).decision).toMatchObject({
      do: 'refuse',
      reply: { code: 554, text: 'No.' },
    });
  });

  it('come in order: what ends the way ends it, and filters can be skipped', () => {
    const filter = (name: string, ...actions: object[]) => ({ name, actions });
    const part = (...filters: object[]) =>
      ({
        filters: { incoming: filters },
        policies: { incoming: { default: { filters: ['a', 'b'] } } },
      }) as ConfigPart;
    expect(
      copies(
        part(filter('a', { do: 'drop' }, { do: 'log', text: 'x' }), filter('b', { do: 'log', text: 'y' })),
      )[0]?.actions,
    ).toEqual(['Content filter a: drop']);
    const [copy] = copies(part(filter('a', { do: 'skip remaining filters' }), filter('b', { do: 'drop' })));
    expect(copy?.fate.do).toBe('deliver');
    const [off] = copies(part({ ...filter('a', { do: 'drop' }), enabled: false }));
    expect(off?.fate.do).toBe('deliver');
  });

  it('are told step by step, also where nothing matched', () => {
    const { steps } = run(filtering({ conditions: [{ on: 'subject', value: 'zzz' }] }), {
      results: [result({ verdict: 'suspect' })],
    });
    expect(steps).toEqual([
      { step: 'Policy DEFAULT', text: 'for bob@example.com' },
      { step: 'Suspect Spam', text: 'rspamd: A -> tag subject "[SUSPECTED SPAM] "' },
      { step: 'Content filter f', text: 'does not match: not so: subject contains "zzz"' },
    ]);
  });
});
