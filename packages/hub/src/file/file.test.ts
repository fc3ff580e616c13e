import { createHash } from 'node:crypto';
import { observableKey } from '@sightline/ctim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectCommand } from './cli.ts';
import { msg, pdf } from './file.fixture.ts';
import { kindOf } from './kind.ts';
import { readFile } from './read.ts';
import { fileReader } from './reader.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const keys = async (name: string, content: Uint8Array): Promise<string[]> =>
  (await readFile(name, content)).found.map(observableKey);

const FILE = 'MZ not a program';
const EML = [
  'Received: from mx.evil.example (mx.evil.example [198.51.100.7]) by gw.example.com; Tue, 1 Sep 2026 10:00:00 +0000',
  'From: "Billing" <billing@evil.example>',
  'Reply-To: <other@drop.example>',
  'To: ann@example.com',
  'Subject: =?utf-8?Q?Rechnung_f=C3=BCr_Sie?=',
  'Message-ID: <20260901.abc@evil.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<style>table.tr{color:red}</style><p>Version 1.2.3.4 of table.tr</p><a href=3D"https://pay.evil.example/a?x=',
  '=3D1&amp;y=3D2">here</a>',
  '--b',
  'Content-Type: application/octet-stream; name="invoice.exe"',
  'Content-Disposition: attachment; filename="invoice.exe"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(FILE).toString('base64'),
  '--b--',
  '',
].join('\r\n');

describe('a dropped message', () => {
  it('gives its own values, its links, its files by name and hash; not its recipients, not its markup', async () => {
    const { kind, found, notes } = await readFile('mail.eml', bytes(EML));
    expect([kind, notes]).toEqual(['eml', []]);
    const at = Object.fromEntries(found.map((f) => [observableKey(f), f.part]));
    expect(at).toMatchObject({
      'email_subject:Rechnung für Sie': 'header',
      'email_messageid:20260901.abc@evil.example': 'header',
      'email:billing@evil.example': 'header',
      'email:other@drop.example': 'header',
      'ip:198.51.100.7': 'header',
      'url:https://pay.evil.example/a?x=1&y=2': 'body',
      'file_name:invoice.exe': 'attachment',
      [`sha256:${sha256(FILE)}`]: 'attachment',
    });
    expect(Object.keys(at).filter((key) => /table\.tr|ann@|1\.2\.3\.4/.test(key))).toEqual([]);
  });

  it('is known by its content, whatever its name', () => {
    expect(kindOf('unnamed', bytes(EML))).toBe('eml');
    expect(kindOf('mail.txt', bytes('Note: call Ann\nand read this: http://x.example'))).toBe('text');
  });

  it('opens messages inside it', async () => {
    const outer = [
      'From: a@example.com',
      'Subject: Fwd',
      'Content-Type: multipart/mixed; boundary=o',
      '',
      '--o',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment; filename="inner.eml"',
      '',
      EML,
      '--o--',
      '',
    ].join('\r\n');
    const found = await keys('fwd.eml', bytes(outer));
    expect(found).toContain('file_name:inner.eml');
    expect(found).toContain(`sha256:${sha256(FILE)}`);
  });
});

it('reads an Outlook message', async () => {
  const file = msg({
    '0037': 'Invoice Due',
    '1000': 'Pay at hxxps://pay[.]evil.example/x today',
    '1035': '<m1@evil.example>',
    '007D': EML.slice(0, EML.indexOf('\r\n\r\n')),
  });
  expect(kindOf('x.bin', file)).toBe('msg');
  const found = await keys('mail.msg', file);
  expect(found).toEqual(
    expect.arrayContaining([
      'email_subject:Invoice Due',
      'email_messageid:m1@evil.example',
      'url:https://pay.evil.example/x',
      'email:billing@evil.example',
      'ip:198.51.100.7',
    ]),
  );
});

it('reads the text of a PDF and where its links lead', async () => {
  const found = await keys(
    'report.pdf',
    pdf('Seen: sightline-test[.]com and 198.51.100.9', 'https://link.example/a'),
  );
  expect(found).toEqual(
    expect.arrayContaining(['domain:sightline-test.com', 'ip:198.51.100.9', 'url:https://link.example/a']),
  );
});

describe('structured files', () => {
  it('takes the observables of STIX, patterns included', async () => {
    const bundle = {
      type: 'bundle',
      objects: [
        { type: 'ipv4-addr', value: '198.51.100.7' },
        { type: 'file', name: 'a.exe', hashes: { 'SHA-256': 'a'.repeat(64), MD5: 'b'.repeat(32) } },
        { type: 'email-message', subject: 'Invoice', message_id: '<m@x.example>' },
        {
          type: 'indicator',
          pattern:
            "[domain-name:value = 'evil.example' OR file:hashes.'SHA-1' = 'cccccccccccccccccccccccccccccccccccccccc']",
          description: 'written about at https://blog.example/post',
        },
      ],
    };
    expect(await keys('stix.json', bytes(JSON.stringify(bundle)))).toEqual([
      'ip:198.51.100.7',
      `sha256:${'a'.repeat(64)}`,
      `md5:${'b'.repeat(32)}`,
      'file_name:a.exe',
      'email_subject:Invoice',
      'email_messageid:m@x.example',
      'domain:evil.example',
      `sha1:${'c'.repeat(40)}`,
    ]);
  });

  it('takes the attributes of MISP, pairs as two', async () => {
    const event = {
      Event: {
        Attribute: [
          { type: 'filename|sha256', category: 'Payload delivery', value: `a.exe|${'a'.repeat(64)}` },
          { type: 'email-subject', category: 'Payload delivery', value: 'Invoice' },
          { type: 'ip-dst', category: 'Network activity', value: '2001:db8::1' },
        ],
      },
    };
    expect(await keys('misp.json', bytes(JSON.stringify(event)))).toEqual([
      'file_name:a.exe',
      `sha256:${'a'.repeat(64)}`,
      'email_subject:Invoice',
      'ipv6:2001:db8::1',
    ]);
  });

  it('takes CTIM observables; other JSON is text', async () => {
    const casebook = { title: 'x', observables: [{ type: 'cisco_mid', value: '12' }] };
    expect(await keys('case.json', bytes(JSON.stringify(casebook)))).toEqual(['cisco_mid:12']);
    expect(await keys('log.json', bytes('{"msg":"from 198.51.100.7"}'))).toEqual(['ip:198.51.100.7']);
  });

  it('reads a table by its columns, our own guard against formulas taken off', async () => {
    const table = `type;value;note\r\nemail_subject;"'=SUM(A1) ""x""";a\r\ndomain;evil.example;\r\nwhat;198.51.100.7;\r\n`;
    expect(await keys('t.csv', bytes(table))).toEqual([
      'email_subject:=SUM(A1) "x"',
      'domain:evil.example',
      'ip:198.51.100.7',
    ]);
    expect(await keys('t.csv', bytes('a,b\nhttp://evil.example/x,2'))).toContain('url:http://evil.example/x');
  });
});

describe('any file', () => {
  it('never fails, whatever it holds', { timeout: 60_000 }, async () => {
    const heads = ['%PDF-1.4\n', '{"a":', '[', 'From: a@b.example\r\nSubject: x\r\n', ''].map((h) =>
      Buffer.from(h),
    );
    heads.push(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
    const file = fc
      .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 2000 }))
      .map(([head, rest]) => new Uint8Array(Buffer.concat([head, rest])));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('a.eml', 'a.csv', 'a'), file, async (name, content) => {
        const read = await readFile(name, content);
        expect(read.found.length).toBeLessThanOrEqual(5000);
      }),
      { numRuns: 150 },
    );
  });

  it('is given up when it takes too long', async () => {
    const slow = fileReader({ ms: 1 });
    await expect(slow('a.eml', bytes(EML))).rejects.toMatchObject({ code: 'file_unreadable' });
    const read = await fileReader()('a.eml', bytes(EML));
    expect(read.kind).toBe('eml');
  });

  it('is read by the command line too', async () => {
    const { writeFile, mkdtemp, rm } = await import('node:fs/promises');
    const { join } = await import('node:path');
    const { tmpdir } = await import('node:os');
    const dir = await mkdtemp(join(tmpdir(), 'inspect-'));
    await writeFile(join(dir, 'mail.eml'), EML);
    const done = await inspectCommand([join(dir, 'mail.eml')]);
    expect(done.status).toBe(0);
    expect(done.text).toContain('email_subject:"Rechnung für Sie"\n');
    expect((await inspectCommand([join(dir, 'none')])).status).toBe(1);
    expect((await inspectCommand([])).status).toBe(2);
    await rm(dir, { recursive: true });
  });
});
