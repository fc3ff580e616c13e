/** Random messages and questions from small pools of values, so that they meet often (fast-check). */
import {
  type KeyValue,
  type LookupInput,
  LookupKey,
  MessageEvent,
  Relation,
  type SearchInput,
  Stage,
  State,
  TopField,
  type TopSearchInput,
  type TrackEvent,
  VerdictCategory,
} from '@sightline/api';
import fc from 'fast-check';
import { DAY } from './retain.ts';

/** First moment of the generated days. */
export const START = 20_000 * DAY;
const DAYS = 4;

const USERS = ['ann', 'Ann', 'bob', 'ＢＯＢ', 'jörg', 'x=y'];
const DOMAINS = ['example.com', 'Sub.Example.com', 'evil.test', 'münchen.example'];
const SUBJECTS = [
  '',
  'Invoice',
  'invoice 4711',
  'Your Ｉｎｖｏｉｃｅ payment',
  'RE: invoice payment due',
  'Ünïcode Straße',
  'ΟΔΟΣ',
  '💣 offer',
  'a',
  '\u0000\ud800',
];
const NAMES = ['', 'invoice.pdf', 'Invoice.PDF', 'résumé.docx', 'a'];
const URLS = [
  'http://evil.test/?to=ann%40Example.com',
  'http://evil.test/a',
  'HTTP://EVIL.test/a',
  'https://sub.example.com:8443/x?y=1',
  'not a url',
];
const IPS = ['192.0.2.1', '192.0.2.77', '198.51.100.7', '2001:db8::1', '2001:0DB8:0::1', '::ffff:192.0.2.1'];
const HASHES = ['a', 'b', 'c'].map((c) => c.repeat(64));
const MD5 = ['d', 'e'].map((c) => c.repeat(32));
const SHA1 = ['d', 'e'].map((c) => c.repeat(40));
const MESSAGE_IDS = ['', 'one@example.com', 'Two@example.com', 'three', 'four@'];

const of = <T>(values: readonly T[]) => fc.constantFrom(...values);
const address = fc.oneof(
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 9, arbitrary: fc.tuple(of(USERS), of(DOMAINS)).map(([u, d]) => `${u}@${d}`) },
);
export const someAddress = address.filter((a) => a !== '');
const at = fc.integer({ min: 0, max: DAYS * 96 }).map((quarter) => START + quarter * 900_000);
const reply = fc.record({
  code: of([0, 250, 451, 550]),
  status: of(['', '2.0.0', '5.1.1']),
  text: of(['ok', 'no', 'no\n<bob@evil.test>: unknown', 'joann@evil.test or ann@evil.test.example']),
});
const rid = fc.integer({ min: 0, max: 2 });
const dcid = fc.integer({ min: 1, max: 5 });

const accepted = fc.record({
  type: fc.constant('accepted' as const),
  icid: fc.nat(9),
  direction: of(['incoming', 'outgoing'] as const),
  sender: address,
  recipients: fc.array(fc.record({ rid, address }), { maxLength: 3 }),
  ip: of(IPS),
  reverseDns: of(['', 'mx.example.com']),
  helo: fc.constant('mx'),
  senderGroup: of(['UNKNOWNLIST', 'RELAYLIST']),
  tls: of(['', 'TLSv1.3']),
  size: fc.nat(9999),
  stage: fc.option(of(Stage.options), { nil: undefined }),
  listener: fc.option(fc.constant('IncomingMail'), { nil: undefined }),
  user: fc.option(of(['ann', '']), { nil: undefined }),
});

const other = fc.oneof(
  fc.record({
    type: fc.constant('headers' as const),
    subject: of(SUBJECTS),
    messageId: of(MESSAGE_IDS),
    headerFrom: fc.array(address, { maxLength: 2 }),
    replyTo: fc.array(address, { maxLength: 1 }),
    parse: of(['complete', 'partial', 'failed'] as const),
  }),
  fc.record({
    type: fc.constant('attachment' as const),
    attachment: fc.record({
      name: of(NAMES),
      type: fc.constant('application/pdf'),
      size: fc.nat(999),
      sha256: of(['', ...HASHES]),
      parent: fc.option(of(['a.zip', '']), { nil: undefined }),
      md5: fc.option(of(MD5), { nil: undefined }),
      sha1: fc.option(of(SHA1), { nil: undefined }),
    }),
  }),
  fc.record({ type: fc.constant('url' as const), url: of(URLS) }),
  fc.record({
    type: fc.constant('verdict' as const),
    engine: of(['antispam', 'antivirus']),
    verdict: of(['clean', 'suspect', 'positive', 'error', 'skipped'] as const),
    names: fc.array(fc.constant('EICAR'), { maxLength: 1 }),
    score: fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined }),
    category: fc.option(of(VerdictCategory.options), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('queued' as const) }),
  fc.record({
    type: fc.constant('attempt' as const),
    dcid,
    rids: fc.array(rid, { maxLength: 2 }),
    host: fc.constant('mx.example.net'),
    port: fc.constant(25),
    ip: of(['', '203.0.113.9']),
  }),
  fc.record({ type: fc.constant('delivered' as const), dcid, rid, reply }),
  fc.record({ type: fc.constant('deferred' as const), dcid, rid, reply, retryAt: at }),
  fc.record({ type: fc.constant('bounced' as const), dcid, rid, reply }),
  fc.record({
    type: fc.constant('quarantined' as const),
    quarantine: fc.constant('Policy'),
    reason: of(['', 'x']),
  }),
  fc.record({
    type: fc.constant('released' as const),
    quarantine: fc.constant('Policy'),
    actor: fc.constant('admin'),
    reason: fc.constant(''),
  }),
  fc.record({ type: fc.constant('dropped' as const), by: fc.constant('antivirus'), reason: fc.constant('') }),
  fc.record({ type: fc.constant('finished' as const) }),
  fc.record({
    type: fc.constant('rejected' as const),
    stage: of(Stage.options),
    by: fc.constant('policy'),
    reply,
    rid: fc.option(rid, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('policy' as const),
    policy: of(['DEFAULT', 'Board']),
    actions: fc.array(fc.constant('quarantine'), { maxLength: 1 }),
    why: fc.constant([]),
  }),
  fc.record({
    type: fc.constant('authentication' as const),
    authentication: fc.record({
      spf: fc.record({ result: of(['pass', 'fail']), domain: of(DOMAINS) }),
      dkim: fc.array(
        fc.record({ result: of(['pass', 'fail']), domain: of(DOMAINS), selector: fc.constant('s') }),
        { maxLength: 2 },
      ),
      dmarc: fc.record({ result: of(['pass', 'none']), domain: of(DOMAINS), policy: of(['', 'reject']) }),
      arc: fc.record({ result: of(['none', 'pass']), instance: fc.nat(3) }),
    }),
  }),
  fc.record({
    type: fc.constant('related' as const),
    from: fc.integer({ min: 1, max: 9 }),
    into: fc.integer({ min: 1, max: 9 }),
    relation: of(Relation.options),
  }),
  fc.record({
    type: of(['held', 'resumed', 'retried'] as const),
    actor: fc.constant('admin'),
    reason: of(['', 'x']),
  }),
);

/** Events of up to `messages` messages, in random order; most of them have their `accepted`. */
export function someEvents(messages: number): fc.Arbitrary<TrackEvent[]> {
  const mid = fc.integer({ min: 1, max: messages });
  const body = fc.oneof({ weight: 2, arbitrary: accepted }, { weight: 5, arbitrary: other });
  const numbered = fc.array(fc.tuple(mid, at, body), { maxLength: messages * 6 });
  return numbered
    .map((list) => list.map(([m, when, e], i) => ({ ...e, mid: m, at: when, seq: i + 1 }) as TrackEvent))
    .chain((events) => fc.shuffledSubarray(events, { minLength: events.length }));
}

const range = fc
  .oneof(
    { weight: 2, arbitrary: fc.constant([START, START + (DAYS + 1) * DAY] as const) },
    { weight: 3, arbitrary: fc.tuple(at, at) },
  )
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const VALUES: Record<LookupKey, fc.Arbitrary<string>> = {
  mid: fc.integer({ min: 1, max: 12 }).map(String),
  ip: of(IPS),
  domain: of([...DOMAINS, 'EXAMPLE.COM.', 'com', 'sub.example.com']),
  address: someAddress,
  subject: of(SUBJECTS.filter((s) => s !== '')),
  message_id: of(['one@example.com', '<Two@example.com>', 'two@example.com', 'three']),
  sha256: of(HASHES),
  file_name: of(['INVOICE.pdf', 'résumé.docx', 'none']),
  url: of(URLS),
  md5: of(MD5),
  sha1: of(SHA1.map((h) => h.toUpperCase())),
};

const NETWORKS = ['192.0.2.0/24', '2001:db8::/32', '::/0', '0.0.0.0/0', '192.0.2.1/32'];

const keyValue: fc.Arbitrary<KeyValue> = fc.oneof(
  {
    weight: 6,
    arbitrary: of(LookupKey.options).chain((key) => VALUES[key].map((value) => ({ key, value }))),
  },
  { weight: 1, arbitrary: of(NETWORKS).map((value) => ({ key: 'ip' as const, value })) },
  {
    weight: 1,
    arbitrary: VALUES.domain.map((value) => ({ key: 'domain' as const, value, subdomains: true })),
  },
);

export const someLookup: fc.Arbitrary<LookupInput> = fc.record({
  range,
  keys: fc.array(keyValue, { minLength: 1, maxLength: 6 }),
  limit: of([0, 1, 2, 100]),
});

const text = (values: readonly string[]) =>
  fc
    .tuple(of(['begins_with', 'is', 'contains', 'is_empty'] as const), of(values))
    .map(([op, value]) => ({ op, value: op === 'is_empty' ? '' : value }));

/** A search of one or a few criteria. */
export const someSearch: fc.Arbitrary<SearchInput> = fc
  .record(
    {
      range,
      limit: of([1, 2, 3, 100]),
      sender: text(['a', 'ANN@', 'bob@evil.test', '@sub', 'example', 'x=y@']),
      recipient: text(['a', 'ann@example.com', 'bob@', 'evil.test', 'JÖRG', 'zz']),
      subject: text(['inv', 'INVOICE', 'invoice payment', 'pay', 'strasse', 'οδος', 'a', '💣', ' ']),
      attachment: text(['invoice', '.PDF', 'ré', 'a']),
      messageId: of(['one@example.com', '<three>', 'x']),
      mid: fc.integer({ min: 1, max: 9 }),
      ip: of(['192.0.2.1', '192.0.2.0/24', '2001:db8::/32', '0.0.0.0/0', '10.0.0.0/33', 'x']),
      sha256: of(HASHES),
      direction: of(['incoming', 'outgoing'] as const),
      states: fc.uniqueArray(of(State.options), { minLength: 1, maxLength: 3 }),
      events: fc.uniqueArray(of(MessageEvent.options), { minLength: 1, maxLength: 3 }),
      holds: keyValue,
    },
    { requiredKeys: ['range', 'limit'], noNullPrototype: true },
  )
  .map(rarelyMany);

/** The commonest values of what a search finds. */
export const someTop: fc.Arbitrary<TopSearchInput> = fc
  .tuple(someSearch, fc.uniqueArray(of(TopField.options), { minLength: 1, maxLength: 3 }), of([1, 2, 100]))
  .map(([{ limit: _, ...q }, fields, most]) => ({ ...q, fields, most }));

/** Keeps at most two criteria: with more of them hardly anything is ever found. */
function rarelyMany(q: SearchInput): SearchInput {
  const { range: r, limit, ...criteria } = q;
  const some = Object.entries(criteria).filter(([, v]) => v !== undefined);
  const skip = some.length > 2 ? (some.length * 7 + r.from / 900_000) % some.length : 0;
  const kept = [...some, ...some].slice(skip, skip + Math.min(2, some.length));
  return { range: r, limit, ...Object.fromEntries(kept) };
}
