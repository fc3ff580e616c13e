/** winmail.dat (MS-OXTNEF): names and bytes of the files in it. */

export interface TnefFile {
  name: string;
  bytes: Buffer;
}

const SIGNATURE = 0x223e9f78;
const REND_DATA = 0x9002;
const TITLE = 0x8010;
const DATA = 0x800f;
const PROPERTIES = 0x9005;
const LONG_NAME = 0x3707;
const STRING8 = 0x1e;
const UNICODE = 0x1f;
const MOST_FILES = 1000;

export const isTnef = (bytes: Buffer): boolean => bytes.length >= 6 && bytes.readUInt32LE(0) === SIGNATURE;

/** What can be read; damage ends the list. */
export function tnefFiles(bytes: Buffer): TnefFile[] {
  const files: TnefFile[] = [];
  let file: TnefFile | undefined;
  for (const { id, data } of attributes(bytes)) {
    if (id === REND_DATA) {
      if (files.length >= MOST_FILES) break;
      file = { name: '', bytes: Buffer.alloc(0) };
      files.push(file);
    } else if (file && id === TITLE) file.name ||= plain(data);
    else if (file && id === DATA) file.bytes = data;
    else if (file && id === PROPERTIES) file.name = longName(data) || file.name;
  }
  return files;
}

const plain = (data: Buffer): string => data.toString('latin1').replace(/\0.*$/s, '');

/** Level, id with type, length, data, checksum. */
function* attributes(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let at = 6; at + 11 <= bytes.length; ) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const end = at + 9 + length;
    if (end > bytes.length) return;
    yield { id, data: bytes.subarray(at + 9, end) };
    at = end + 2;
  }
}

/** The property with the whole name: it is found by its tag, without reading those before it. */
function longName(data: Buffer): string {
  for (const type of [UNICODE, STRING8]) {
    const tag = Buffer.from([type, 0, LONG_NAME & 0xff, LONG_NAME >> 8]);
    const at = data.indexOf(tag);
    // Number of values, length of the first, its bytes.
    if (at < 0 || at + 12 > data.length) continue;
    const length = data.readUInt32LE(at + 8);
    const value = data.subarray(at + 12, at + 12 + length);
    if (value.length < length) continue;
    return (type === UNICODE ? value.toString('utf16le') : value.toString('latin1')).replace(/\0.*$/s, '');
  }
  return '';
}
