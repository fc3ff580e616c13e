/** Hostile mails: bombs of each kind, and ordinary mails with damage. Deterministic by number. */
import { deflateRawSync, gzipSync } from 'node:zlib';

type Random = () => number;

/** mulberry32 */
export function random(seed: number): Random {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const below = (rand: Random, n: number): number => Math.floor(rand() * n);
const head = (...lines: string[]): string =>
  [...lines, 'Subject: hostile', 'MIME-Version: 1.0', ''].join('\r\n');
const file = (name: string, bytes: Buffer): string =>
  `${head(`Content-Type: application/octet-stream; name="${name}"`, 'Content-Transfer-Encoding: base64')}\r\n${bytes
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n')}\r\n`;

const nested = (depth: number): string =>
  Array.from(
    { length: depth },
    (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
  ).join('');

const parts = (n: number): string =>
  `${head('Content-Type: multipart/mixed; boundary=b')}\r\n${'--b\r\nContent-Type: text/x\r\n\r\nx\r\n'.repeat(n)}--b--\r\n`;

function zipBomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(20_000_000));
  const local = Buffer.alloc(30);
  local.writeUInt32BE(0x504b0304);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(5, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32BE(0x504b0102);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt16LE(5, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32BE(0x504b0506);
  end.writeUInt32LE(51, 12);
  end.writeUInt32LE(35 + packed.length, 16);
  const name = Buffer.from('x.zip');
  return Buffer.concat([local, name, packed, entry, name, end]);
}

let bomb: string | undefined;
let gzip: string | undefined;

const BOMBS: ((rand: Random) => string)[] = [
  (rand) => `${head()}${nested(100 + below(rand, 2000))}x\r\n`,
  (rand) => parts(100 + below(rand, 5000)),
  () => parts(100_000),
  (rand) => `${head(`X-Long: ${'a'.repeat(900)}`.concat('\r\n b'.repeat(below(rand, 200_000))))}\r\nx\r\n`,
  (rand) => `${head(...Array.from({ length: below(rand, 20_000) }, (_, i) => `X-${i}: y`))}\r\nx\r\n`,
  (rand) => `${head(`X-Words: ${'=?utf-8?q?=41?=\r\n '.repeat(below(rand, 20_000))}x`)}\r\nx\r\n`,
  (rand) =>
    `${head(`Content-Type: text/plain${Array.from({ length: below(rand, 5000) }, (_, i) => `;\r\n name*${i * 2}*=%41`).join('')}`)}\r\nx\r\n`,
  () => (bomb ??= file('a.zip', zipBomb())),
  () => (gzip ??= file('a.tgz', gzipSync(Buffer.alloc(50_000_000)))),
  () =>
    `${head('__proto__: a', 'constructor: b', 'hasOwnProperty: c', 'List-__proto__: <mailto:a@b>')}\r\nx\r\n`,
  (rand) => `${head()}\r\n${'http://a.'.repeat(below(rand, 50_000))}\r\n`,
  (rand) => `${head('Content-Type: text/html')}\r\n${'<a href="'.repeat(below(rand, 50_000))}\r\n`,
  (rand) =>
    `${head(`From: ${'('.repeat(below(rand, 5000))}a@b`, `To: ${'a@b.example, '.repeat(below(rand, 20_000))}c@d`)}\r\nx\r\n`,
  (rand) => `${head()}\r\n${'begin 644 a\r\n'.repeat(below(rand, 20_000))}`,
];
/** Each of them costs a worker much time: they are rarer. */
const BOMB_SHARE = 0.03;

const PLAIN = `${head('From: "A" <a@example.org>', 'To: b@example.com', 'Message-ID: <x@y>', 'Content-Type: multipart/mixed; boundary="bb"')}\r
--bb\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
<a href=3D"https://example.net/x">=C3=A9</a>\r
--bb\r
Content-Type: application/pdf; name*0*=utf-8''a%C3; name*1*=%A9.pdf\r
Content-Disposition: attachment; filename="=?utf-8?B?dMOpc3QucGRm?="\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0xLjcKJeLjz9MK\r
--bb\r
Content-Type: message/rfc822\r
\r
Subject: inner\r
\r
text\r
--bb--\r
`;
const SCRAPS = [
  '--bb',
  '--bb--\r\n',
  '\r\n\r\n',
  'Content-Type: ',
  'boundary="bb"',
  '=?utf-8?q?',
  '?=',
  '\xff\xfe',
  '"',
  ';',
  '%',
  '=',
  '(',
  '<',
  ' '.repeat(1000),
];

function mutated(rand: Random): string {
  let text = PLAIN;
  for (let i = below(rand, 8) + 1; i > 0; i--) {
    const at = below(rand, text.length);
    const scrap = SCRAPS[below(rand, SCRAPS.length)] ?? '';
    text = text.slice(0, at) + scrap + text.slice(at + below(rand, 40));
  }
  // The listener refuses bare CR and LF by itself: here the reader is meant.
  return text.replace(/\r?\n|\r/g, '\r\n');
}

/** Number `n` of the hostile mails. */
export function hostileMail(n: number): Buffer {
  const rand = random(n + 1);
  const make = rand() < BOMB_SHARE ? BOMBS[below(rand, BOMBS.length)] : undefined;
  return Buffer.from((make ?? mutated)(rand), 'latin1');
}

export const ordinaryMail = Buffer.from(PLAIN);
