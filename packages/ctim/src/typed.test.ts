import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inspect,
  normalise,
  OBSERVABLE_TYPES,
  type Observable,
  observableKey,
  observablesOf,
  toText,
  typed,
} from './index.ts';

const show = (text: string): string[] => observablesOf(inspect(text)).map((o) => `${o.type} ${o.value}`);
const HASH = 'ab12'.repeat(16);

describe('typed syntax', () => {
  it.each([
    ['ip:"4.2.2.2"', 'ip 4.2.2.2'],
    ['ip:"2001:DB8::1"', 'ipv6 2001:db8::1'],
    ['ipv4:4.2.2.2', 'ip 4.2.2.2'],
    ['domain:"Cisco[.]com"', 'domain cisco.com'],
    ['domain:"corp.internal"', 'domain corp.internal'],
    ['domain: evil.sh.', 'domain evil.sh'],
    ['email:"NoReply@cisco.com"', 'email noreply@cisco.com'],
    ['sender:"a@b.com"', 'email a@b.com'],
    ['email_messageid:"<123-abc-456@cisco.com>"', 'email_messageid 123-abc-456@cisco.com'],
    ['message_id:"x@y"', 'email_messageid x@y'],
    ['email_subject:"test test"', 'email_subject test test'],
    ['subject:"evil[.]com"', 'email_subject evil[.]com'],
    ['Subject: "Invoice Due"', 'email_subject Invoice Due'],
    ['subject:“Invoice Due”', 'email_subject Invoice Due'],
    ['subject:„Rechnung“', 'email_subject Rechnung'],
    ['subject:"say \\"hi\\" \\\\o/"', 'email_subject say "hi" \\o/'],
    ['cisco_mid:"12345"', 'cisco_mid 12345'],
    ['mid:8', 'cisco_mid 8'],
    ['MID:8,', 'cisco_mid 8'],
    [`sha256:"${HASH.toUpperCase()}"`, `sha256 ${HASH}`],
    [`hash:${HASH}`, `sha256 ${HASH}`],
    [`hash:${HASH.slice(0, 40)}`, `sha1 ${HASH.slice(0, 40)}`],
    [`hash:"${HASH.slice(0, 32)}"`, `md5 ${HASH.slice(0, 32)}`],
    ['file_name:"invoice.pdf"', 'file_name invoice.pdf'],
    ['file:"Bruce Birthday Happy Hour Pics.lnk"', 'file_name Bruce Birthday Happy Hour Pics.lnk'],
    ['file_path:"C:\\new\\x.exe"', 'file_path C:\\new\\x.exe'],
    ['url:"hxxp://EVIL.com/A"', 'url http://evil.com/A'],
    ['url:http://evil.com/a;b,c', 'url http://evil.com/a;b,c'],
    ['mac:AA-BB-CC-00-11-22', 'mac_address aa:bb:cc:00:11:22'],
    ['host:"srv01"', 'hostname srv01'],
    ['host:srv01.corp.local', 'hostname srv01.corp.local'],
    ['user:"joe"', 'user joe'],
    ['(ip:"4.2.2.2")', 'ip 4.2.2.2'],
  ])('%s', (text, expected) => expect(show(text)).toEqual([expected]));

  it.each([
    'xsha256:"abc"',
    'foo:"bar"',
    'Subject: hello world',
    'user:joe file_name:x',
    'mid:x mid: 0',
    'subject:""',
    'subject:"no end\nhere"',
    'device: laptop',
    'host: nothing here hostname:port domain: null',
    'ip:1.2.3',
  ])('%s stays text', (text) => expect(show(text)).toEqual([]));

  it('keeps a wrong value and says so', () => {
    expect(inspect('ip:"1.2.3"')).toMatchObject([
      { type: 'ip', value: '1.2.3', problem: 'Not a valid ip value.', confidence: 'certain' },
    ]);
    expect(inspect('ip:"1.2.3.4"')[0]).not.toHaveProperty('problem');
  });

  it('takes a typed link alone, without its host', () => {
    expect(show('url:"http://evil.com/"')).toEqual(['url http://evil.com/']);
  });

  it('reads several of a type, and text between', () => {
    expect(show('ip:"1.1.1.1" b.com ip:"8.8.8.8"')).toEqual(['ip 1.1.1.1', 'domain b.com', 'ip 8.8.8.8']);
  });

  it('has offsets of the whole item', () => {
    expect(inspect('x ip:"1.1.1.1" y')[0]).toMatchObject({ start: 2, end: 14, original: 'ip:"1.1.1.1"' });
  });
});

const observable: fc.Arbitrary<Observable> = fc.record({
  type: fc.constantFrom(...OBSERVABLE_TYPES),
  value: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.stringMatching(/^["\\\n\r “”:a.[\]]{1,20}$/),
    fc.webUrl(),
    fc.emailAddress(),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom(HASH, '12345', '<a@b>', 'http://EVIL.com', 'a[.]b.com', 'a[[.]]b'),
  ),
});

describe('text and observables', () => {
  it('come back the same', () => {
    fc.assert(
      fc.property(fc.array(observable, { maxLength: 8 }), (given) => {
        const canonical = new Map(given.map(normalise).map((o) => [observableKey(o), o]));
        expect(observablesOf(inspect(toText(given)))).toEqual([...canonical.values()]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are canonical once and for all', () => {
    fc.assert(
      fc.property(observable, (o) => {
        expect(normalise(normalise(o))).toEqual(normalise(o));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes quotes and backslashes so that they can be read', () => {
    expect(typed({ type: 'email_subject', value: 'a "b" \\' })).toBe('email_subject:"a \\"b\\" \\\\"');
  });
});
