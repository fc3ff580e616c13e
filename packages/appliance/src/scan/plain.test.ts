import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT, parse, parseLight, parsePlain } from './parse.ts';
import { add, nothing, type Scanned } from './scanned.ts';

function atOnce(message: Buffer): Scanned | undefined {
  const found = nothing();
  const done = parsePlain(message, (part) => void add(found, part));
  return done && { ...found, parse: done };
}

async function byMailparser(message: Buffer): Promise<Scanned> {
  const found = nothing();
  found.parse = await parse(Readable.from([message]), (part) => void add(found, part));
  return found;
}

const raw = (text: string): Buffer => Buffer.from(text, 'latin1');
const mixed = (...parts: string[]): string =>
  `Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
const text = 'Content-Type: text/plain; charset=utf-8\r\n\r\nhello https://a.example/x.';

// What a generated message is made of: ordinary pieces, and such that readers take differently.
const FIELDS = [
  'X-A: b',
  'Subject: =?utf-8?q?caf=C3=A9?= x',
  'From: "A, B" <a@x.test>, c@d.test',
  'From: =?utf-8?b?w6k=?= <e@f.test>',
  'Reply-To: g: a@b.test, c@d.test;',
  'Received: from x\r\n\tby y',
  'Message-ID: noangle',
  'bad line',
  'X Y: z',
  '__proto__: x',
  'X-8: \xe9',
];
const TYPES = [
  'text/plain',
  'TEXT/html; charset="UTF-8"',
  'text/plain;\r\n\tcharset=us-ascii;',
  'text/plain; charset=iso-8859-1',
  'text/plain; format=flowed',
  'text/plain; charset=utf-8 (x)',
  'application/pdf; name="f.pdf"',
  'image/png; name=x.png',
  'message/rfc822',
  'text/calendar; charset=utf-8',
  'text',
];
const DISPOSITIONS = [
  'inline',
  'Attachment',
  'attachment; filename="a b;c.pdf"; size=3',
  "attachment; filename*=utf-8''x%20y",
  'attachment; filename="a\\"b"',
  'attachment; filename="=?utf-8?q?a?=.txt"',
  'form-data; name=q',
];
const ENCODINGS = ['7bit', '8bit', 'quoted-printable', 'base64', 'BASE64', 'x'];
const LINES = [
  'see https://a.example/x?y=1 and www.b.example, (http://c.example/a)',
  '',
  'caf\xc3\xa9 \xff',
  '--',
  '--b1',
  '=3D=',
  'a=E9=c3=A9',
  'white ',
  '<a href="http://h.example/">x</a>',
  'a\nb',
  'a\rb',
];
const header = (name: string, values: string[]): fc.Arbitrary<string> =>
  fc
    .option(fc.constantFrom(...values), { freq: 3 })
    .map((value) => (value === null ? '' : `${name}: ${value}\r\n`));
const lines = fc.array(fc.constantFrom(...LINES), { maxLength: 5 }).map((list) => list.join('\r\n'));
const base64 = fc
  .tuple(
    fc.uint8Array({ maxLength: 600 }),
    fc.constantFrom(76, 60, 1000),
    fc.constantFrom('', '', '\r\n', '=', '!', '-'),
  )
  .map(
    ([bytes, length, end]) =>
      `${
        Buffer.from(bytes)
          .toString('base64')
          .match(new RegExp(`.{1,${length}}`, 'g'))
          ?.join('\r\n') ?? ''
      }${end}`,
  );
const leaf = fc
  .tuple(
    header('Content-Type', TYPES),
    header('Content-Disposition', DISPOSITIONS),
    header('Content-Transfer-Encoding', ENCODINGS),
    lines,
    base64,
  )
  .map(
    ([type, disposition, encoding, body, bytes]) =>
      `${type}${disposition}${encoding}\r\n${/base64/i.test(encoding) ? bytes : body}`,
  );
const entity: fc.Memo<string> = fc.memo((depth) => (depth <= 1 ? leaf : fc.oneof(leaf, multipart(depth))));
const multipart = (depth: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('mixed', 'alternative', 'related'),
      fc.array(entity(depth - 1), { maxLength: 3 }),
      fc.constantFrom('\r\n', '\r\n', '\r\n', '\r\n', '\n', ''),
      fc.constantFrom('--\r\n', '--\r\n', '--\r\n', '--', '--\r\nbehind\r\n', '', '--x\r\n', ' --\r\n'),
    )
    .map(([type, parts, before, end]) => {
      const delimiter = `--b${depth}`;
      const inner = parts.map((part) => `${delimiter}\r\n${part}${before}`).join('');
      return `Content-Type: multipart/${type}; boundary="b${depth}"\r\n\r\n${inner}${delimiter}${end}`;
    });
const message = fc
  .tuple(fc.array(fc.constantFrom(...FIELDS), { maxLength: 4 }), entity(3))
  .map(([fields, rest]) => fields.map((one) => `${one}\r\n`).join('') + rest);

describe('ordinary messages read at once', () => {
  it('says of them what mailparser says, or nothing', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(message, async (one) => {
        const found = atOnce(raw(one));
        if (!found) return;
        read++;
        expect(found).toEqual(await byMailparser(raw(one)));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it.each([
    ['a text', text],
    [
      'parts',
      mixed(
        text,
        'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\nREVG',
      ),
    ],
    [
      'quoted-printable',
      'Content-Transfer-Encoding: quoted-printable\r\n\r\nhttps://a.example/?q=3D1=\r\n2\r\n',
    ],
    ['no header to speak of', 'X: y\r\n\r\nhello\r\n'],
  ])('reads %s', async (_, one) => {
    expect(atOnce(raw(one))).toEqual(await byMailparser(raw(one)));
    expect(atOnce(raw(one))?.parse).toBe('complete');
  });

  it.each([
    ['a delimiter with white space', mixed(text).replace('--b\r\n', '--b \r\n')],
    ['a multipart that does not end', mixed(text).replace('--b--', '')],
    ['two content types', `Content-Type: text/html\r\n${mixed(text)}`],
    ['a bare LF in the header', mixed(text).replace('\r\n', '\n')],
    ['a bare LF in front of a delimiter', mixed(text).replace('x.\r\n--b', 'x.\n--b')],
    ['an attached message', mixed(`Content-Type: message/rfc822\r\n\r\n${text}`)],
    ['base64 with junk', mixed('Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD!')],
    ['a comment in a type', mixed('Content-Type: text/plain (x)\r\n\r\nhello')],
    ['a boundary within another', mixed(mixed(text).replaceAll('--b', '--bb').replace('"b"', '"bb"'))],
  ])('leaves %s to mailparser', (_, one) => {
    expect(atOnce(raw(one))).toBeUndefined();
  });
});

describe('light messages, read where others wait', () => {
  const light = (one: string, wanted = DEFAULT): boolean =>
    parseLight(raw(one), () => undefined, wanted) !== undefined;
  const file = (bytes: string): string =>
    mixed(`Content-Type: a/b; name="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n${btoa(bytes)}`);

  it('are ordinary ones', () => {
    expect(light(text)).toBe(true);
    expect(light(file('just bytes'))).toBe(true);
  });

  it.each([
    ['has a file to open', file('PK\x03\x04 and more')],
    ['has a uuencoded file', `${text}\r\nbegin 644 a.txt\r\nend\r\n`],
    ['is large', text + 'a\r\n'.repeat(30_000)],
    ['has a long header', `X-A: ${'a'.repeat(9000)}\r\n${text}`],
    ['has many encoded words', `Subject: ${'=?utf-8?q?a?= '.repeat(30)}\r\n${text}`],
    ['has many parts', mixed(...Array.from({ length: 30 }, () => text))],
  ])('are none where one %s', (_, one) => {
    expect(light(one)).toBe(false);
    expect(atOnce(raw(one))).toBeDefined();
  });

  it('are none where filters ask for what is in the body', () => {
    expect(light(text, { ...DEFAULT, tests: [{ op: 'contains', value: 'hello' }] })).toBe(false);
  });
});
