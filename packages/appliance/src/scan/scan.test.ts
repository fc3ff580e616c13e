import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { ScanPool } from './pool.ts';
import type { Scanned } from './scanned.ts';

const log = pino({ level: 'silent' });
const pool = new ScanPool(log, { workers: 1 });
afterAll(() => pool.close());

const scan = (raw: string | Buffer): Promise<Scanned> => pool.scan({ bytes: Buffer.from(raw as string) });
const sha = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const crlf = (...lines: string[]): string => `${lines.join('\r\n')}\r\n`;
const mixed = (...parts: string[]): string =>
  crlf('Subject: x', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '') +
  parts.map((part) => `--b\r\n${part}\r\n`).join('') +
  '--b--\r\n';
const file = (headers: string[], body: string): string =>
  `${headers.join('\r\n')}\r\nContent-Disposition: attachment\r\n\r\n${body}`;
const quotedPrintable = (text: string): string =>
  text.replace(
    /[^\r\n\x21-\x3c\x3e-\x7e]/g,
    (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

describe('headers', () => {
  it.each([
    ['=?windows-1251?B?z/Do4uXy?=', 'Привет'],
    ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?utf-8?B?dMM=?= =?utf-8?B?qXN0?=', 'tést'],
    ['=?utf-8?Q?two?=\r\n =?utf-8?Q?_lines?=', 'two lines'],
    ['', ''],
    ['raw \u00fcml\u00e4ut', 'raw ümläut'],
  ])('decodes the subject %j', async (raw, subject) => {
    expect(await scan(`Subject: ${raw}\r\n\r\nx\r\n`)).toMatchObject({ subject, parse: 'complete' });
  });

  it('reads message id, senders, reply-to and the number of hops', async () => {
    const raw = crlf(
      'Received: from a',
      'Received: from b',
      'Message-ID: <a.b@c>',
      'From: "A, B" <a@x.example>, b@x.example',
      'Reply-To: G: c@x.example, d@x.example;',
      '',
      'x',
    );
    expect(await scan(raw)).toMatchObject({
      messageId: 'a.b@c',
      headerFrom: ['a@x.example', 'b@x.example'],
      replyTo: ['c@x.example', 'd@x.example'],
      hops: 2,
    });
  });

  it('is not led astray by names that objects have already', async () => {
    const raw = crlf(
      '__proto__: a',
      'constructor: b',
      'toString: c',
      'List-__proto__: <mailto:a@b>',
      'Subject: s',
      '',
      'x',
    );
    expect(await scan(raw)).toMatchObject({ subject: 's', parse: 'complete' });
  });
});

describe('file hashes', () => {
  const text = 'one\r\n two \r\n..three\r\n\r\n';
  it.each([
    ['8bit with CRLF', file(['Content-Type: text/plain', 'Content-Transfer-Encoding: 8bit'], text), text],
    ['7bit octets', file(['Content-Type: application/x-y'], text), text],
    [
      'quoted-printable',
      file(['Content-Type: text/csv', 'Content-Transfer-Encoding: quoted-printable'], quotedPrintable(text)),
      text,
    ],
    [
      'base64',
      file(
        ['Content-Type: image/png', 'Content-Transfer-Encoding: base64'],
        Buffer.from(text).toString('base64'),
      ),
      text,
    ],
    ['nothing', file(['Content-Type: application/pdf'], ''), ''],
  ])('are exact for %s', async (_name, part, bytes) => {
    const { attachments, parse } = await scan(mixed(part));
    expect(parse).toBe('complete');
    expect(attachments).toMatchObject([{ sha256: sha(bytes), size: bytes.length }]);
  });

  it('are exact for a large binary file', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) & 0xff));
    const lines = bytes.toString('base64').replace(/(.{76})/g, '$1\r\n');
    const part = file(
      ['Content-Type: application/zip; name=big.zip', 'Content-Transfer-Encoding: base64'],
      lines,
    );
    expect((await scan(mixed(part))).attachments).toMatchObject([
      { name: 'big.zip', type: 'application/zip', size: 300_000, sha256: sha(bytes) },
    ]);
  });

  it('are there without a closing boundary', async () => {
    const raw = mixed(file(['Content-Type: application/pdf; name=a.pdf'], 'abc')).replace('--b--\r\n', '');
    expect((await scan(raw)).attachments[0]).toMatchObject({ name: 'a.pdf' });
  });
});

describe('file names and types', () => {
  it.each([
    ['filename*0*=utf-8\'\'%e2%82%ac; filename*1=" rate"; filename*2*=%2e.exe', '€ rate..exe'],
    ["filename*=koi8-r''%f0%d2%c9%d7%c5%d4.doc", 'Привет.doc'],
    ['filename="=?gb2312?B?xOO6ww==?=.txt"', '你好.txt'],
    ['filename=plain.txt', 'plain.txt'],
  ])('decodes %s', async (parameter, name) => {
    const part = `Content-Type: application/x-a\r\nContent-Disposition: attachment; ${parameter}\r\n\r\nx`;
    expect((await scan(mixed(part))).attachments[0]?.name).toBe(name);
  });

  it('keeps the type as declared', async () => {
    const part = file(['Content-Type: application/octet-stream; name="a.pdf"'], 'x');
    expect((await scan(mixed(part))).attachments[0]).toMatchObject({ type: 'application/octet-stream' });
  });
});

describe('attached messages', () => {
  const inner = mixed(file(['Content-Type: application/pdf; name=in.pdf'], 'PDF'))
    .replaceAll('--b', '--c')
    .replace('"b"', '"c"');
  const carry = (message: string, name: string): string =>
    `Content-Type: message/rfc822; name=${name}\r\nContent-Disposition: attachment\r\n\r\n${message}`;

  it('count as a file and are opened as well', async () => {
    const { attachments, subject } = await scan(mixed(carry(inner, 'm.eml')));
    expect(attachments.map((one) => one.name).sort()).toEqual(['in.pdf', 'm.eml']);
    expect(attachments.find((one) => one.name === 'in.pdf')?.sha256).toBe(sha('PDF'));
    expect(attachments.find((one) => one.name === 'm.eml')?.size).toBe(inner.length);
    expect(subject).toBe('x');
  });

  it('give their URLs too, and are opened down to a depth', async () => {
    let message = crlf('Subject: y', '', 'https://deep.example/');
    for (let i = 0; i < 14; i++) message = carry(message, `${i}.eml`);
    const found = await scan(message);
    expect(found.attachments.map((one) => one.name)).toContain('13.eml');
    expect(found.attachments).toHaveLength(11);
    expect(found.urls).toEqual([]);
    const shallow = await scan(mixed(carry(crlf('Subject: y', '', 'https://in.example/'), 'a.eml')));
    expect(shallow.urls).toEqual(['https://in.example/']);
  });
});

describe('hostile mail', () => {
  it('of 10,000 parts is read up to the limit', async () => {
    const found = await scan(
      mixed(...Array.from({ length: 10_000 }, () => file(['Content-Type: a/b'], 'x'))),
    );
    expect(found).toMatchObject({ subject: 'x', parse: 'partial' });
    expect(found.attachments.length).toBeGreaterThan(100);
    expect(found.attachments.length).toBeLessThanOrEqual(1000);
  });

  it('of 5,000 levels, 3 MB of header or 100,000 header lines is survived', async () => {
    const deep = Array.from(
      { length: 5000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    expect((await scan(`Subject: d\r\n${deep.join('')}`)).subject).toBe('d');
    expect((await scan(`Subject: s\r\nX: ${'x'.repeat(3_000_000)}\r\n\r\n`)).parse).toBe('failed');
    const many = await scan(`Subject: m\r\n${'A: b\r\n'.repeat(100_000)}\r\nx`);
    expect(['complete', 'partial', 'failed']).toContain(many.parse);
  }, 40_000);

  it('that is empty, only a body or only NULs is survived', async () => {
    for (const raw of ['', '\r\n', 'no header at all', '\0'.repeat(1000)]) {
      expect((await scan(raw)).attachments).toEqual([]);
    }
  });

  it('that takes too long or too much memory costs only its own scan', async () => {
    const small = new ScanPool(log, { workers: 1, wallMs: 1, heapMiB: 64 });
    const big = mixed(...Array.from({ length: 900 }, () => file(['Content-Type: a/b'], 'x'.repeat(5000))));
    try {
      const results = await Promise.all([
        small.scan({ bytes: Buffer.from(big) }),
        small.scan({ bytes: Buffer.from(big) }),
      ]);
      for (const found of results) expect(['partial', 'failed']).toContain(found.parse);
    } finally {
      await small.close();
    }
    expect(await scan(crlf('Subject: after', '', 'x'))).toMatchObject({
      subject: 'after',
      parse: 'complete',
    });
  });

  it('waits its turn only so long', async () => {
    const small = new ScanPool(log, { workers: 1, waitMs: 1 });
    const big = Buffer.from(
      mixed(...Array.from({ length: 900 }, () => file(['Content-Type: a/b'], 'x'.repeat(5000)))),
    );
    try {
      const found = await Promise.all(Array.from({ length: 3 }, () => small.scan({ bytes: big })));
      expect(found.map((one) => one.parse).at(-1)).toBe('failed');
    } finally {
      await small.close();
    }
  });
});

it('a message without a file behind it fails alone', async () => {
  const found = await pool.scan({ path: '/nonexistent/file', start: 0, end: 10 });
  expect(found.parse).toBe('failed');
});
