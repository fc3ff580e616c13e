import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { archiveKind, listArchive } from './archive.ts';
import { ScanPool } from './pool.ts';
import type { Scanned, Wanted } from './scanned.ts';
import { tnefFiles } from './tnef.ts';
import { uuFiles } from './uuencode.ts';

const pool = new ScanPool(pino({ level: 'silent' }), { workers: 1 });
afterAll(() => pool.close());
const scan = (raw: string | Buffer, wanted?: Wanted): Promise<Scanned> =>
  pool.scan({ bytes: Buffer.from(raw as string, 'latin1') }, wanted);
const sha = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const LIMITS = { members: 1000, depth: 5, inflated: 64 * 1024 * 1024 };
const names = (found: Scanned) =>
  found.attachments.map(({ name, parent }) => (parent === undefined ? name : `${parent} > ${name}`));

const attach = (name: string, bytes: Buffer | string, type = 'application/octet-stream'): string =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes as string).toString('base64')}`;
const mixed = (...parts: string[]): string =>
  `Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;

function zip(files: Record<string, Buffer | string>, flags = 0x800): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content as string);
    const packed = deflateRawSync(raw);
    const local = Buffer.alloc(30);
    local.writeUInt32BE(0x504b0304);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32BE(0x504b0102);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(raw.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32BE(0x504b0506);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

function tar(files: Record<string, string>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const head = Buffer.alloc(512);
    head.write(name);
    head.write(content.length.toString(8).padStart(11, '0'), 124);
    head.write('0', 156);
    head.write('ustar', 257);
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.write(content);
    return [head, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tnef(files: { name: string; long?: string; bytes: string }[]): Buffer {
  const attribute = (id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9);
    head[0] = 2;
    head.writeUInt16LE(id, 1);
    head.writeUInt32LE(data.length, 5);
    return Buffer.concat([head, data, Buffer.alloc(2)]);
  };
  const property = (long: string): Buffer => {
    const value = Buffer.from(`${long}\0`, 'utf16le');
    const head = Buffer.alloc(16);
    head.writeUInt32LE(1, 0);
    head.writeUInt16LE(0x1f, 4);
    head.writeUInt16LE(0x3707, 6);
    head.writeUInt32LE(1, 8);
    head.writeUInt32LE(value.length, 12);
    return Buffer.concat([head, value]);
  };
  const signature = Buffer.alloc(6);
  signature.writeUInt32LE(0x223e9f78);
  return Buffer.concat([
    signature,
    ...files.flatMap(({ name, long, bytes }) => [
      attribute(0x9002, Buffer.alloc(14)),
      attribute(0x8010, Buffer.from(`${name}\0`)),
      attribute(0x800f, Buffer.from(bytes)),
      ...(long ? [attribute(0x9005, property(long))] : []),
    ]),
  ]);
}

describe('files within files', () => {
  it('names the members of archives, and of archives in them, with what they are in', async () => {
    const inner = zip({ 'deep/run.exe': 'MZ' });
    const found = await scan(
      mixed(
        attach('a.zip', zip({ 'x.txt': 'x', 'in.zip': inner })),
        attach('b.tgz', gzipSync(tar({ 'y.js': 'y' }))),
      ),
    );
    expect(names(found)).toEqual([
      'a.zip',
      'a.zip > x.txt',
      'a.zip > in.zip',
      'a.zip/in.zip > deep/run.exe',
      'b.tgz',
      'b.tgz > y.js',
    ]);
    expect(found.parts).toEqual(['1', '1', '1', '1', '2', '2']);
    expect(found.attachments[1]).toMatchObject({ sha256: '', size: 1 });
    expect(found.anomalies).toBeUndefined();
  });

  it('knows archives by their bytes, not by their names', async () => {
    expect(names(await scan(mixed(attach('a.pdf', zip({ 'x.exe': 'x' })))))).toEqual([
      'a.pdf',
      'a.pdf > x.exe',
    ]);
    expect(archiveKind(Buffer.from('PKxx'))).toBeUndefined();
  });

  it('tells of encrypted, damaged, too deep and exploding archives, and ends', () => {
    expect(listArchive(zip({ 'a.exe': 'x' }, 1), LIMITS)).toMatchObject({
      members: [{ name: 'a.exe' }],
      notes: ['encrypted archive'],
    });
    expect(listArchive(zip({ a: 'x' }).subarray(0, 20), LIMITS).notes).toEqual(['damaged archive']);
    let deep = zip({ 'x.exe': 'x' });
    for (let i = 0; i < 10; i++) deep = zip({ 'in.zip': deep });
    expect(listArchive(deep, LIMITS)).toMatchObject({
      members: { length: 5 },
      notes: ['archive nested too deep'],
    });
    const bomb = zip({ 'in.tar': Buffer.alloc(50_000_000) });
    expect(listArchive(bomb, LIMITS).notes).toEqual(['archive that grows beyond all measure']);
    expect(
      listArchive(zip(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, '']))), {
        ...LIMITS,
        members: 10,
      }),
    ).toMatchObject({
      members: { length: 10 },
      notes: ['archive with too many members'],
    });
  });

  it('never fails on damaged archives', () => {
    const good = [
      zip({ 'a.txt': 'x', 'in.zip': zip({ b: 'y' }) }),
      gzipSync(tar({ a: 'b' })),
      tar({ a: 'b' }),
      tnef([{ name: 'a', bytes: 'b' }]),
    ];
    const damage = fc.record({
      which: fc.nat(3),
      at: fc.nat(2000),
      by: fc.integer({ min: 1, max: 255 }),
      cut: fc.nat(2000),
    });
    fc.assert(
      fc.property(damage, ({ which, at, by, cut }) => {
        const bytes = Buffer.from(good[which] as Buffer).subarray(
          0,
          Math.max(6, (good[which] as Buffer).length - cut),
        );
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ by;
        listArchive(bytes, LIMITS);
        tnefFiles(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('hashes what is in a winmail.dat, under its long name', async () => {
    const found = await scan(
      mixed(
        attach(
          'winmail.dat',
          tnef([
            { name: 'REPORT~1.DOC', long: 'réport 2026.doc', bytes: 'hello' },
            { name: 'b.txt', bytes: 'x' },
          ]),
          'application/ms-tnef',
        ),
      ),
    );
    expect(names(found)).toEqual(['winmail.dat', 'winmail.dat > réport 2026.doc', 'winmail.dat > b.txt']);
    expect(found.attachments[1]).toMatchObject({
      size: 5,
      sha256: sha('hello'),
      md5: createHash('md5').update('hello').digest('hex'),
    });
  });

  it('finds uuencoded files in texts', async () => {
    const found = await scan('Subject: x\r\n\r\nSee:\r\nbegin 644 a.exe\r\n#36I0\r\n`\r\nend\r\nbye\r\n');
    expect(found.attachments).toMatchObject(
      [
        { name: 'a.exe', size: 3, sha256: sha('MZ\x90'.length === 3 ? Buffer.from('4d5a50', 'hex') : '') },
      ].map(({ name, size }) => ({ name, size })),
    );
    expect(uuFiles('begin 644 x\n%:&5L;&\\\n`\nend\n')[0]?.bytes.toString()).toBe('hello');
    expect(uuFiles('begin the day\nend')).toEqual([]);
  });

  it('opens attached messages: the message and what is in it', async () => {
    const inner = mixed(attach('in.txt', 'hi', 'text/plain'))
      .replaceAll('"b"', '"c"')
      .replaceAll('--b', '--c');
    const found = await scan(
      mixed(
        `Content-Type: message/rfc822; name="fwd.eml"\r\nContent-Disposition: attachment; filename="fwd.eml"\r\n\r\n${inner}`,
      ),
    );
    expect(names(found).sort()).toEqual(['fwd.eml', 'fwd.eml > in.txt']);
    expect(found.parts).toEqual(['1', '1']);
  });
});

describe('anomalies', () => {
  it.each([
    ['Content-Type: text/plain\r\nContent-Type: application/x-exe\r\n', 'conflicting content-type'],
    [
      'Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n',
      'conflicting content-transfer-encoding',
    ],
    ['Content-Type: multipart/mixed\r\n', 'missing boundary'],
    ['Content-Type: multipart/mixed; boundary=a; boundary=b\r\n', 'several boundaries'],
    [
      'Content-Type: multipart/mixed; boundary=a\r\nContent-Transfer-Encoding: base64\r\n',
      'encoded multipart',
    ],
    ['Content-Transfer-Encoding: x-uuencode\r\n', 'unknown transfer encoding'],
    ['From: a@b.example\r\nFrom: c@d.example\r\n', 'conflicting from'],
    ['Subject: y\r\n', 'conflicting subject'],
    ['X-Raw: \xe4\r\n', 'raw 8-bit header'],
    ['no colon here\r\n', 'malformed header'],
    ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n', 'S/MIME opaque'],
    [`X-A: ${'=?utf-8?q?a?= '.repeat(1001)}\r\n`, 'too many encoded words'],
    ['Content-Type: text/plain; name*0="a"; name*2="b"\r\n', 'broken parameter continuation'],
  ])('%j is told as such', async (header, name) => {
    expect((await scan(`Subject: x\r\n${header}\r\nbody\r\n`)).anomalies).toContain(name);
  });

  it('are not seen in ordinary mail', async () => {
    const found = await scan(
      mixed('Content-Type: text/plain; charset=utf-8\r\n\r\nhello', attach('a.txt', 'x')),
    );
    expect(found).toMatchObject({ parse: 'complete' });
    expect(found.anomalies).toBeUndefined();
  });

  it('are seen in every part', async () => {
    expect(
      (await scan(mixed('Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx'))).anomalies,
    ).toEqual(['conflicting content-type']);
  });
});

describe('traps of encodings', () => {
  const name = async (header: string) =>
    (
      await scan(
        mixed(
          `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; ${header}\r\n\r\nx`,
        ),
      )
    ).attachments[0]?.name;
  it.each([
    ['filename*0*=utf-8\'\'r%C3%A9; filename*1="sum.pdf"', 'résum.pdf'],
    ["filename*=koi8-r''%D4%C5%D3%D4.exe", 'тест.exe'],
    ['filename="=?gb2312?B?suLK1C5leGU=?="', '测试.exe'],
    ['filename="=?utf-8?B?dMM=?= =?utf-8?B?qXN0LnR4dA==?="', 'tést.txt'],
  ])('%s', async (header, expected) => expect(await name(header)).toBe(expected));
});

describe('what else is asked', () => {
  it('links that a rewriter wrapped are told in both forms', async () => {
    const wrapped =
      'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbad.example%2Flogin&data=x';
    expect((await scan(`Subject: x\r\n\r\nGo to ${wrapped} now\r\n`)).urls).toEqual([
      wrapped,
      'https://bad.example/login',
    ]);
  });

  it('conditions on bodies are answered where the body is, HTML too', async () => {
    const { engines } = (await import('@sightline/api')).Config.parse({});
    const tests = [
      { op: 'contains', value: 'wire transfer' },
      { op: 'matches', value: 'iban\\s+de\\d{2}' },
      { op: 'contains', value: 'nothing' },
      { op: 'contains', value: 'href' },
    ] as const;
    const raw =
      'Subject: x\r\nContent-Type: text/html\r\nX-Test: =?utf-8?q?h=C3=A9?=\r\n\r\n<p>Wire&nbsp;<b></b>transfer<a href="x">IBAN  DE12</a>\r\n';
    const found = await scan(raw.replace('&nbsp;<b></b>', ' '), {
      limits: engines.limits,
      tests: [...tests],
    });
    expect(found.matches).toEqual(['contains wire transfer', 'matches iban\\s+de\\d{2}']);
    expect(found.headers).toContainEqual(['X-Test', 'hé']);
  });
});
