/** The message that is sent: text, HTML and an attachment, of about so many bytes. */
import { createHash } from 'node:crypto';

export const SIZES: readonly number[] = [5 * 1024, 40 * 1024];

/** As smtp-source -F takes it: lines without CR. */
export function letter(size: number): string {
  const front = [
    'From: Ann Sender <ann@sender.test>',
    'To: bob@bench.test',
    'Subject: Figures of the week',
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    'Message-ID: <figures@sender.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="bench"',
    '',
    '--bench',
    'Content-Type: multipart/alternative; boundary="inner"',
    '',
    '--inner',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The figures are attached, and at https://figures.example/week/44?from=mail as well.',
    '',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>The figures are attached, and at <a href="https://figures.example/week/44?from=mail">our page</a> as well.</p>',
    '',
    '--inner--',
    '--bench',
    'Content-Type: application/pdf; name="figures.pdf"',
    'Content-Disposition: attachment; filename="figures.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
  ];
  const end = ['--bench--', ''];
  const left = size - [...front, ...end].join('\r\n').length;
  return [...front, ...base64(Math.max(1, Math.floor(left / 78))), ...end].join('\n');
}

/** Lines of bytes that do not compress, the same in each run. */
function base64(lines: number): string[] {
  let seed = Buffer.from('figures');
  const bytes: Buffer[] = [];
  for (let got = 0; got < lines * 57; got += 32) {
    seed = createHash('sha256').update(seed).digest();
    bytes.push(seed);
  }
  const text = Buffer.concat(bytes)
    .subarray(0, lines * 57)
    .toString('base64');
  return text.match(/.{1,76}/g) ?? [];
}
