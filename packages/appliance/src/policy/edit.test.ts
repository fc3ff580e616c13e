import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edit } from './decision.ts';
import { edited } from './edit.ts';

async function run(text: string, edits: Edit[], size = 7): Promise<string> {
  const bytes = Buffer.from(text, 'latin1');
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const out: Buffer[] = [];
  for await (const chunk of edited(Readable.from(chunks), edits)) out.push(chunk);
  return Buffer.concat(out).toString('latin1');
}

const HEAD =
  'Received: from a\r\n\tby b\r\nX-Spam: 1\r\nSubject: =?utf-8?Q?h=C3=A9?=\r\n  there\r\nx-spam: 2\r\n';
const BODY = '\r\nSubject: not me\r\nX-Spam: 3\r\n\xff\xfe\r\n';

it.each<[Edit, string]>([
  [{ do: 'add header', name: 'X-New', value: 'yes' }, `X-New: yes\r\n${HEAD}`],
  [{ do: 'add header', name: 'X-New', value: 'é' }, `X-New: =?UTF-8?B?w6k=?=\r\n${HEAD}`],
  [
    { do: 'remove header', name: 'X-SPAM' },
    'Received: from a\r\n\tby b\r\nSubject: =?utf-8?Q?h=C3=A9?=\r\n  there\r\n',
  ],
  [{ do: 'tag subject', prefix: '[BAD] ' }, HEAD.replace('Subject: ', 'Subject: [BAD] ')],
])('%j changes only what it is about', async (edit, header) => {
  for (const size of [1, 7, 100_000]) expect(await run(HEAD + BODY, [edit], size)).toBe(header + BODY);
});

it('tags a message without a subject, without a body, and one that is empty', async () => {
  const tag: Edit = { do: 'tag subject', prefix: '[T] ' };
  expect(await run('A: b\r\n\r\nx', [tag])).toBe('A: b\r\nSubject: [T]\r\n\r\nx');
  expect(await run('A: b\r\n', [tag])).toBe('A: b\r\nSubject: [T]\r\n');
  expect(await run('\r\nbody', [tag])).toBe('Subject: [T]\r\n\r\nbody');
});

const part = (type: string, body: string): string =>
  `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`;
const MIXED =
  'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\npreamble\r\n' +
  part('text/plain', 'aGVsbG8=') +
  part('application/x-exe; name="run.exe"', 'TVqQAAMAAAAE\r\nAAAA//8AALgA') +
  part('application/pdf; name="a.pdf"', 'JVBERg==') +
  '--b--\r\nepilogue\r\n';

it('takes out one part and leaves all others, byte for byte', async () => {
  const note = 'The attachment "run.exe" was removed.';
  const out = await run(MIXED, [{ do: 'strip attachment', part: '2', note }], 11);
  const [before, after] = [
    MIXED.slice(0, MIXED.indexOf('--b\r\nContent-Type: application/x-exe')),
    MIXED.slice(MIXED.indexOf('--b\r\nContent-Type: application/pdf')),
  ];
  expect(out.startsWith(before)).toBe(true);
  expect(out.endsWith(after)).toBe(true);
  const middle = out.slice(before.length, out.length - after.length);
  expect(middle).toContain(note);
  expect(middle).toContain('text/plain');
  expect(middle).not.toContain('TVqQ');
  expect(middle).not.toContain('run.exe"\r\nContent-Transfer');
});

it('takes out the body of a message that is a file itself', async () => {
  const out = await run(
    'Subject: x\r\nContent-Type: application/x-exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQ\r\n',
    [{ do: 'strip attachment', part: '', note: 'gone' }],
  );
  expect(out).toMatch(/^Subject: x\r\n/);
  expect(out).toContain('\r\n\r\ngone\r\n');
  expect(out).not.toContain('TVqQ');
});

it('without a part of that number changes nothing, whatever the message', async () => {
  const strip: Edit = { do: 'strip attachment', part: '99', note: 'gone' };
  expect(await run(MIXED, [strip])).toBe(MIXED);
  const bits = fc.constantFrom(
    '--b',
    '--b--',
    '\r\n',
    'Content-Type: multipart/mixed; boundary=b',
    'text',
    ' ',
    ':',
    'Subject: x',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(bits, { maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (lines, size) => {
        const text = `A: b\r\n\r\n${lines.join('')}\r\n`;
        expect(await run(text, [strip], size)).toBe(text);
      },
    ),
    { numRuns: 200 },
  );
});
