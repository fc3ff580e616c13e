/** Reads ahead what every lookup needs, so that after a start questions need not wait for the disk for long. */
import { statSync } from 'node:fs';
import { FileReader } from './file.ts';

const CHUNK = 1 << 20;
const SECTIONS = ['start', 'list', 'hash'];

/** Reads into the file cache, no more than `most` bytes. */
export function readAhead(paths: readonly string[], most: number): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let left = most;
  for (const path of paths) {
    const file = new FileReader(path, statSync(path).size);
    for (const section of SECTIONS) {
      const length = file.length(section);
      for (let at = 0; at < length && left > 0; at += CHUNK) {
        file.into(section, chunk, at, Math.min(CHUNK, length - at));
        left -= CHUNK;
      }
    }
    file.close();
  }
}
