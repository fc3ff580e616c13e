import { Findings, LookupAnswer, State, TrackRow } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from './ask.ts';
import { sightings } from './sight.ts';
import type { Source } from './source.ts';

const AT = Date.UTC(2020, 4, 14, 13, 23, 57);
const HASH = 'ab'.repeat(32);
const SOURCE: Source = {
  module: 'esa03',
  device: {
    id: '6a3b0c44-98fc-4c14-9afb-f4c8996fb924',
    name: 'esa03.example.org',
    version: 'AsyncOS 13.0.0-392',
  },
  messageUrl: (row) => `https://portal.example/tracking?host=${row.host}&mid=${row.mid}`,
};
const SUBJECT: Observable = { type: 'email_subject', value: 'test test' };

const ROW: TrackRow = {
  host: 'esa03.example.org',
  serial: 'S1',
  mid: 8,
  icid: 3,
  dcids: [4],
  received: AT,
  direction: 'incoming',
  sender: 'Mgmt01@example.com',
  headerFrom: ['mgmt01@example.com'],
  replyTo: [],
  recipients: [{ rid: 0, address: 'user@example.org', state: 'delivered', at: AT + 1500, text: 'ok' }],
  subject: 'test test',
  messageId: 'x1@example.com',
  ip: '192.0.2.7',
  reverseDns: '',
  helo: 'mail.example.com',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
  size: 1000,
  attachments: [],
  urls: [],
  verdicts: [{ engine: 'AV', verdict: 'clean', names: [] }],
  parse: 'complete',
  state: 'delivered',
  lastState: 'delivered',
};

type Rows = [asked: Observable, rows: TrackRow[], total?: number][];
const answerOf = (parts: Rows): LookupAnswer => ({
  results: parts.flatMap(([asked, rows, total]) => {
    const key = keyOf(asked);
    return key ? [{ ...key, rows, total: total ?? rows.length }] : [];
  }),
  indexedUntil: AT,
});
const ask = (...parts: Rows) =>
  sightings(
    answerOf(parts),
    parts.map(([asked]) => asked),
    SOURCE,
  );
const first = (row: Partial<TrackRow>) => {
  const sighting = ask([SUBJECT, [{ ...ROW, ...row }]]).findings.sightings?.docs[0];
  if (!sighting) throw new Error('no sighting');
  return sighting;
};
const relations = (row: Partial<TrackRow>): string[] =>
  (first(row).relations ?? []).map(
    (r) => `${r.source.type} ${r.source.value} ${r.relation} ${r.related.type} ${r.related.value}`,
  );

describe('a message as a sighting', () => {
  it('has what an investigation shows', () => {
    const start_time = '2020-05-14T13:23:57.000Z';
    const end_time = '2020-05-14T13:23:58.500Z';
    expect(first({})).toEqual({
      type: 'sighting',
      id: expect.stringMatching(/^transient:sighting-[0-9a-f]{64}$/),
      schema_version: '1.3.29',
      external_ids: [expect.stringMatching(/^sightline-sighting-[0-9a-f]{64}$/)],
      title: 'Incoming message',
      short_description: 'MID 8 delivered',
      description: 'Incoming message (Delivered) from Mgmt01@example.com to user@example.org: "test test"',
      source: 'esa03',
      source_uri: 'https://portal.example/tracking?host=esa03.example.org&mid=8',
      count: 1,
      confidence: 'High',
      severity: 'Unknown',
      internal: true,
      resolution: 'allowed',
      tlp: 'amber',
      sensor: 'process.email-service',
      sensor_coordinates: {
        type: 'process.email-service',
        os: 'AsyncOS 13.0.0-392',
        observables: [{ type: 'hostname', value: 'esa03.example.org' }],
      },
      observed_time: { start_time, end_time },
      observables: [SUBJECT],
      targets: [
        {
          type: 'email',
          observables: [{ type: 'email', value: 'user@example.org' }],
          observed_time: { start_time, end_time },
        },
      ],
      relations: expect.any(Array),
      data: {
        columns: ['Direction', 'Last state', 'Verdict', 'Host'].map((name) => ({ name, type: 'string' })),
        rows: [['incoming', 'Delivered', 'clean', 'esa03.example.org']],
        row_count: 1,
      },
    });
  });

  it('relates its attributes', () => {
    const attachments = [{ name: 'a.pdf', type: 'application/pdf', size: 1, sha256: HASH }];
    expect(relations({ headerFrom: ['boss@corp.com'], attachments, urls: ['http://evil.com/x'] })).toEqual([
      'email mgmt01@example.com Sent email_subject test test',
      'email mgmt01@example.com Related_To domain example.com',
      'email boss@corp.com Sent email_subject test test',
      'email boss@corp.com Related_To domain corp.com',
      'email mgmt01@example.com Sent_From ip 192.0.2.7',
      'cisco_mid 8 Related_To email_subject test test',
      'email_messageid x1@example.com Related_To cisco_mid 8',
      `sha256 ${HASH} Attached_To cisco_mid 8`,
      'file_name a.pdf Attached_To cisco_mid 8',
      `file_name a.pdf File_Name_Of sha256 ${HASH}`,
      'cisco_mid 8 Refers_To url http://evil.com/x',
      'url http://evil.com/x Contains domain evil.com',
    ]);
  });

  it('joins the sender to the message when there is no subject', () => {
    const all = relations({ subject: '', ip: '2001:db8::1' });
    expect(all).toContain('email mgmt01@example.com Related_To cisco_mid 8');
    expect(all).toContain('email mgmt01@example.com Sent_From ipv6 2001:db8::1');
    expect(all.join('\n')).not.toContain('email_subject');
  });

  it('has strangers as recipients, not targets, of outgoing mail', () => {
    const row = { direction: 'outgoing' as const };
    expect(first(row).targets).toEqual([]);
    expect(first(row).title).toBe('Outgoing message');
    expect(relations(row)).toContain('cisco_mid 8 Sent_To email user@example.org');
    expect(relations({}).join()).not.toContain('Sent_To');
  });

  it.each<[TrackRow['state'], string]>([
    ['delivered', 'allowed'],
    ['released', 'allowed'],
    ['dropped', 'blocked'],
    ['rejected', 'blocked'],
    ['bounced', 'blocked'],
    ['quarantined', 'contained'],
    ['queued', 'detected'],
  ])('%s is %s', (state, resolution) => expect(first({ state }).resolution).toBe(resolution));

  it('says for whom it went otherwise than for the message as a whole', () => {
    const to = (address: string, state: State) => ({ rid: 0, address, state, at: AT, text: '' });
    const recipients = [to('user@example.org', 'bounced'), to('Ann@example.org', 'delivered')];
    const { data } = first({ state: 'bounced', recipients });
    expect(data?.columns.map(({ name }) => name).at(-1)).toBe('Recipient');
    expect(data?.rows).toEqual([
      ['incoming', 'Bounced', 'clean', 'esa03.example.org', ''],
      ['incoming', 'Delivered', 'clean', 'esa03.example.org', 'ann@example.org'],
    ]);
    expect(data?.row_count).toBe(2);
  });

  it('keeps its ids when asked again, and has others on another appliance', () => {
    expect(first({}).id).toBe(first({ subject: 'x' }).id);
    expect(first({}).external_ids).toEqual(first({}).external_ids);
    expect(first({}).id).not.toBe(first({ host: 'esa04', serial: 'S2' }).id);
  });

  it('fits the lengths of the model without half characters', () => {
    const { description } = first({ subject: '😀'.repeat(5000) });
    expect(description?.length).toBeLessThanOrEqual(5000);
    expect(description?.isWellFormed()).toBe(true);
    const recipients = Array.from({ length: 300 }, (_, rid) => ({
      ...ROW.recipients[0],
      rid,
      address: `u${rid}@a.org`,
    }));
    expect(first({ recipients: recipients as TrackRow['recipients'] }).description).toContain('and 290 more');
  });

  it('relates the links asked about first when there are many', () => {
    const urls = Array.from({ length: 300 }, (_, i) => `http://evil.com/${i}`);
    const asked: Observable = { type: 'url', value: 'http://evil.com/299' };
    const docs = ask([asked, [{ ...ROW, urls }]]).findings.sightings?.docs ?? [];
    const related = (docs[0]?.relations ?? [])
      .filter((r) => r.relation === 'Refers_To')
      .map((r) => r.related.value);
    expect(related).toHaveLength(100);
    expect(related[0]).toBe('http://evil.com/299');
  });
});

describe('an answer', () => {
  it('has one sighting for a message found twice, newest message first', () => {
    const mid: Observable = { type: 'cisco_mid', value: '8' };
    const newer = { ...ROW, mid: 9, received: AT + 5 };
    const { findings } = ask([SUBJECT, [ROW, newer]], [mid, [ROW]]);
    expect(findings.sightings?.count).toBe(2);
    expect(findings.sightings?.docs.map((s) => s.observables)).toEqual([[SUBJECT], [SUBJECT, mid]]);
  });

  it('keeps equal MIDs of two appliances apart', () => {
    const { findings } = ask([SUBJECT, [ROW, { ...ROW, host: 'esa04', serial: 'S2' }]]);
    expect(findings.sightings?.count).toBe(2);
  });

  it('ties a file to the message by the hash that was asked about', () => {
    const md5: Observable = { type: 'md5', value: '0f'.repeat(16) };
    const file = { name: 'a.exe', type: 'x/y', size: 1, sha256: HASH, md5: md5.value, sha1: '0e'.repeat(20) };
    const { findings } = ask([md5, [{ ...ROW, attachments: [file] }]]);
    const tied = findings.sightings?.docs[0]?.relations?.filter((r) => r.relation === 'Attached_To') ?? [];
    expect(tied.map((r) => r.source.type).sort()).toEqual(['file_name', 'md5', 'sha256']);
  });

  it('has the observables as they were asked', () => {
    const asked: Observable = { type: 'domain', value: 'EXAMPLE.com' };
    expect(ask([asked, [ROW]]).findings.sightings?.docs[0]?.observables).toEqual([asked]);
  });

  it('is empty when nothing was found', () => {
    expect(ask([SUBJECT, []])).toEqual({ findings: {}, warnings: [] });
  });

  it('says when there is more than it shows', () => {
    const { warnings } = ask([SUBJECT, [ROW], 340]);
    expect(warnings).toEqual([
      {
        type: 'warning',
        code: 'too-many-messages-warning',
        message:
          '340 messages match "test test"; the newest 1 are shown. Ask again with end_time 2020-05-14T13:23:57.000Z for those before.',
        end_time: '2020-05-14T13:23:57.000Z',
      },
    ]);
  });
});

describe('a condemned message', () => {
  const condemned: TrackRow = {
    ...ROW,
    attachments: [
      { name: 'bad.exe', type: 'x/y', size: 1, sha256: HASH },
      { name: 'good.txt', type: 'x/y', size: 1, sha256: 'cd'.repeat(32) },
    ],
    urls: ['http://evil.com/x', 'http://good.com/'],
    verdicts: [
      { engine: 'AV', verdict: 'positive', names: ['Eicar', 'bad.exe'] },
      { engine: 'URL', verdict: 'positive', names: ['http://evil.com/x'] },
      { engine: 'SPAM', verdict: 'suspect', names: ['x'] },
    ],
  };
  const { findings } = ask([SUBJECT, [condemned, { ...condemned, mid: 9 }]]);

  it('brings an indicator for each engine, once for all its messages', () => {
    expect(findings.indicators?.docs.map((i) => [i.title, i.indicator_type, i.tags])).toEqual([
      ['AV: Eicar, bad.exe', ['Malicious E-mail'], ['Eicar', 'bad.exe']],
      ['URL: http://evil.com/x', ['Malicious E-mail'], ['http://evil.com/x']],
    ]);
  });

  it('is a sighting of it', () => {
    const indicators = findings.indicators?.docs.map((i) => i.id) ?? [];
    const pairs = findings.sightings?.docs.flatMap((s) => indicators.map((i) => `${s.id} ${i}`)) ?? [];
    const found = (findings.relationships?.docs ?? [])
      .filter((r) => r.relationship_type === 'sighting-of')
      .map((r) => `${r.source_ref} ${r.target_ref}`);
    expect(found.sort()).toEqual(pairs.sort());
    expect(findings.sightings?.docs[0]?.severity).toBe('High');
  });

  it('has judgements of the files and links that were named, and of no other', () => {
    expect(findings.judgements?.docs.map((j) => [j.observable, j.disposition, j.reason])).toEqual([
      [{ type: 'sha256', value: HASH }, 2, 'AV: Eicar, bad.exe'],
      [{ type: 'url', value: 'http://evil.com/x' }, 2, 'URL: http://evil.com/x'],
    ]);
    expect(findings.relationships?.docs.filter((r) => r.relationship_type === 'based-on')).toHaveLength(2);
  });

  it('brings nothing of a suspicion', () => {
    const verdicts = [{ engine: 'SPAM', verdict: 'suspect', names: ['x'] }];
    const { indicators, sightings: seen } = ask([SUBJECT, [{ ...ROW, verdicts }]]).findings;
    expect(indicators).toBeUndefined();
    expect(seen?.docs[0]?.severity).toBe('Medium');
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '😀'.repeat(3000), 'http://evil.com/a', 'a@b.com', '::1', '10.0.0.1', HASH),
);
const ms = fc.oneof(fc.constant(AT), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const row: fc.Arbitrary<TrackRow> = fc.record({
  host: text,
  serial: text,
  mid: fc.integer({ min: 1 }),
  icid: fc.nat(),
  dcids: fc.array(fc.nat(), { maxLength: 3 }),
  received: ms,
  direction: fc.constantFrom('incoming' as const, 'outgoing' as const),
  sender: text,
  headerFrom: fc.array(text, { maxLength: 3 }),
  replyTo: fc.array(text, { maxLength: 3 }),
  recipients: fc.array(
    fc.record({ rid: fc.nat(), address: text, state: fc.constantFrom(...State.options), at: ms, text }),
    { maxLength: 4 },
  ),
  subject: text,
  messageId: text,
  ip: text,
  reverseDns: text,
  helo: text,
  senderGroup: text,
  tls: text,
  size: fc.nat(),
  attachments: fc.array(fc.record({ name: text, type: text, size: fc.nat(), sha256: hash }), {
    maxLength: 3,
  }),
  urls: fc.array(text, { maxLength: 3 }),
  verdicts: fc.array(
    fc.record({
      engine: text,
      verdict: fc.constantFrom('clean', 'suspect', 'positive', 'other'),
      names: fc.array(text),
    }),
    { maxLength: 3 },
  ),
  parse: fc.constantFrom('complete' as const, 'partial' as const, 'failed' as const),
  state: fc.constantFrom(...State.options),
  lastState: text,
});

describe('any answer', () => {
  it('becomes entities that the strict model takes', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), text, (rows, long) => {
        for (const r of rows) TrackRow.parse(r);
        const source: Source = {
          module: long,
          device: { id: long, name: long, version: long },
          messageUrl: () => long,
        };
        const answer = answerOf([[SUBJECT, rows, 9]]);
        LookupAnswer.parse(answer);
        const { findings, warnings } = sightings(answer, [SUBJECT], source);
        expect(Findings.parse(findings)).toEqual(findings);
        expect(warnings).toHaveLength(1);
        const messages = new Set(rows.map((r) => JSON.stringify([r.host, r.serial, r.mid])));
        expect(findings.sightings?.count ?? 0).toBe(messages.size);
        for (const s of findings.sightings?.docs ?? []) {
          expect(s.observed_time.end_time && s.observed_time.end_time >= s.observed_time.start_time).toBe(
            true,
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
