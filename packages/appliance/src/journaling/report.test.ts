import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelimiter, readReport } from './report.ts';

const ORIGINAL = 'From: Juan <juan@supplier.example>\r\nSubject: Invoice\r\n\r\nPay.\r\n';

interface Made {
  mark?: string;
  type?: string;
  text?: string;
  textHeader?: string;
  inner?: string;
}

/** Made by hand in the shape of MS-XJRNL. */
const report = ({
  mark = 'X-MS-Journal-Report:',
  type = 'multipart/mixed; boundary="b1"',
  text = 'Sender: juan@supplier.example\r\nSubject: Invoice\r\nMessage-Id: <1@supplier.example>\r\nTo: ann@us.example\r\n',
  textHeader = 'Content-Type: text/plain; charset="utf-8"',
  inner = `Content-Type: message/rfc822\r\n\r\n${ORIGINAL}`,
}: Made = {}): Buffer =>
  Buffer.from(
    `Received: from x\r\nFrom: <MicrosoftExchange1@us.example>\r\n${mark}\r\nContent-Type: ${type}\r\n\r\n` +
      `--b1\r\n${textHeader}\r\n\r\n${text}\r\n--b1\r\n${inner}\r\n--b1--\r\n`,
  );

const recipients = (lines: string[], most = 1000): unknown => {
  const read = readReport(report({ text: ['Sender: a@b.example', ...lines, ''].join('\r\n') }), most);
  return 'fault' in read ? read.fault : read.recipients;
};

describe('a journal report', () => {
  it('names the envelope, and where the original is', () => {
    const bytes = report();
    const read = readReport(bytes, 1000);
    expect(read).toMatchObject({
      sender: 'juan@supplier.example',
      recipients: ['ann@us.example'],
      subject: 'Invoice',
      messageId: '1@supplier.example',
    });
    if ('fault' in read) throw new Error(read.fault);
    const end = nextDelimiter(bytes, read.start - 2, read.delimiter);
    expect(bytes.toString('latin1', read.start, end)).toBe(ORIGINAL);
  });

  it.each([
    [
      ['To: Ann@US.example', 'Cc: bob@us.example', 'Bcc: c@us.example', 'Recipient: d@us.example'],
      ['Ann@us.example', 'bob@us.example', 'c@us.example', 'd@us.example'],
    ],
    [
      ['To: ann@us.example, Expanded: all@us.example', 'CC: bob@us.example, Forwarded: old@us.example'],
      ['ann@us.example', 'bob@us.example'],
    ],
    [
      ['To: "ann@us.example, Expanded: all@us.example"', 'To: "bob@us.example", Expanded: all@us.example'],
      ['ann@us.example', 'bob@us.example'],
    ],
    [
      ['To: ann@us.example, Expanded: all@us.example', 'To: ANN@us.example, Expanded: more@us.example'],
      ['ANN@us.example'],
    ],
    [
      ['To: Ann', ' Lee <ann@us.example>;', '\tBob <bob@us.example>'],
      ['ann@us.example', 'bob@us.example'],
    ],
    [
      ['To: =?utf-8?Q?Bj=C3=B6rn?= <bj@us.example>', 'To: =?utf-8?B?YW5uQHVzLmV4YW1wbGU=?='],
      ['bj@us.example', 'ann@us.example'],
    ],
    [
      ['To: björn@bücher.example', 'To: smtp:ann@us.example'],
      ['björn@xn--bcher-kva.example', 'ann@us.example'],
    ],
    [['To: /O=ORG/CN=RECIPIENTS/CN=ANN'], ['/O=ORG/CN=RECIPIENTS/CN=ANN']],
  ])('recipients %j', (lines, expected) => {
    expect(recipients(lines)).toEqual(expected);
  });

  it('has as many recipients as the policy allows, not one more', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `To: u${i}@us.example`);
    expect(recipients(lines, 10_000)).toHaveLength(10_000);
    expect(recipients(lines, 9999)).toBe('it names more than 9999 recipients');
  });

  it.each([
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
    [
      'quoted-printable',
      (text: string) => text.replaceAll('=', '=3D').replaceAll('@', '=40').replace('Message', 'Mess=\r\nage'),
    ],
  ])('the text can be in %s', (encoding, encode) => {
    const text = encode(
      'Sender: <>\r\nSubject: =?utf-8?B?w7w=?=\r\nMessage-Id: <2@x>\r\nBcc: ann@us.example\r\n',
    );
    const textHeader = `Content-Type: text/plain\r\nContent-Transfer-Encoding: ${encoding}`;
    expect(readReport(report({ text, textHeader }), 10)).toMatchObject({
      sender: '',
      subject: 'ü',
      messageId: '2@x',
      recipients: ['ann@us.example'],
    });
  });

  it.each<[Made, string]>([
    [{ mark: 'X-Other: 1' }, 'there is no X-MS-Journal-Report header'],
    [{ type: 'text/plain' }, 'it is not multipart/mixed'],
    [{ textHeader: 'Content-Type: text/html' }, 'its first part is not text/plain'],
    [{ inner: 'Content-Type: text/plain\r\n\r\nx' }, 'the original message is not in it'],
    [
      { inner: 'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\neA==' },
      'the original message is encoded',
    ],
    [{ text: 'Subject: x\r\nTo: a@us.example' }, 'it names no sender'],
    [{ text: 'Sender: a@us.example\r\nSubject: x' }, 'it names no recipients'],
  ])('%j is none that can be used', (made, fault) => {
    expect(readReport(report(made), 1000)).toEqual({ fault });
  });
});

it('never throws, whatever comes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '--b1',
      '--b1--',
      '\r\n',
      '\r\n\r\n',
      'To: ',
      'Sender: ',
      '"',
      ', Expanded: ',
      '=?utf-8?B?',
      '<',
      '>',
    ),
    fc.constantFrom(
      'Content-Type: ',
      'text/plain',
      'message/rfc822',
      'multipart/mixed; boundary=b1',
      '; charset=x-no',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const text = fc.array(piece, { maxLength: 40 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, text, text, text, (all, said, textHeader, inner) => {
      for (const bytes of [Buffer.from(all), report({ text: said }), report({ textHeader, inner })]) {
        const read = readReport(bytes, 5);
        if ('fault' in read) continue;
        expect(read.recipients.length).toBeGreaterThan(0);
        expect(read.recipients.length).toBeLessThanOrEqual(5);
        expect(read.start).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 1000 },
  );
});
