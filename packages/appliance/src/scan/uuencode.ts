/** Files that stand uuencoded in a text. */

export interface UuFile {
  name: string;
  bytes: Buffer;
}

const MOST_FILES = 100;
const BEGIN = /^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$/gm;

export function uuFiles(text: string): UuFile[] {
  const files: UuFile[] = [];
  let from = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (files.length >= MOST_FILES) break;
    if (begin.index < from) continue;
    const start = begin.index + begin[0].length + 1;
    const end = text.slice(start).search(/^(?:end|====)\r?$/m);
    const body = text.slice(start, end < 0 ? undefined : start + end);
    from = start + body.length;
    const base64 = begin[0].startsWith('begin-base64');
    files.push({ name: (begin[1] ?? '').trim(), bytes: base64 ? Buffer.from(body, 'base64') : decode(body) });
  }
  return files;
}

function decode(body: string): Buffer {
  const parts: Buffer[] = [];
  for (const line of body.split(/\r?\n/)) {
    const length = value(line, 0);
    if (length === 0) continue;
    const bytes = Buffer.alloc(Math.ceil(length / 3) * 3);
    for (let i = 0, at = 1; i < length; i += 3, at += 4) {
      const four =
        (value(line, at) << 18) |
        (value(line, at + 1) << 12) |
        (value(line, at + 2) << 6) |
        value(line, at + 3);
      bytes.writeUIntBE(four, i, 3);
    }
    parts.push(bytes.subarray(0, length));
  }
  return Buffer.concat(parts);
}

const value = (line: string, at: number): number => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);
