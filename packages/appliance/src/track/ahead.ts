/** Reads ahead what every lookup needs, so that soon after a start questions need not wait for the disk for long. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileReader } from './file.ts';

/** Bytes of one read, and the pause after it in milliseconds: questions that are asked meanwhile need the disk too. */
const STEP = 128 * 1024;
const PAUSE_MS = 1;
const SECTIONS = ['start', 'list', 'hash'];

/** Brings the indexes of a segment into the file cache. */
export async function readAhead(path: string): Promise<void> {
  const file = new FileReader(path, statSync(path).size);
  try {
    for (const section of SECTIONS) await backwards(file, section);
  } finally {
    file.close();
  }
}

/** Of a file that is read forwards Linux reads megabytes in advance, and questions would wait behind them. */
async function backwards(file: FileReader, section: string): Promise<void> {
  const step = Buffer.allocUnsafe(STEP);
  for (let end = file.length(section); end > 0; ) {
    const at = Math.max(0, end - STEP);
    file.into(section, step, at, end - at);
    end = at;
    await sleep(PAUSE_MS);
  }
}
