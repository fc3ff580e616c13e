/** The same lookup by searching a text log: what people do who have no index. */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { logLines, mail, type World } from '../mail.ts';
import { quantile } from './sample.ts';

/** Messages of the largest log that is written; beyond it the times are scaled. */
export const MOST_LOGGED = 1_000_000;
const RUNS = 3;

export interface LogTimes {
  messages: number;
  bytes: number;
  /** Seconds for all messages of the store; null where the program is not installed. */
  rg: number | null;
  grep: number | null;
}

/** Writes a log of the messages (at most a million), searches it for a text that is not in it, and removes it. */
export async function searchLog(path: string, world: World, text: string): Promise<LogTimes> {
  const messages = Math.min(world.messages, MOST_LOGGED);
  try {
    await pipeline(Readable.from(log(world, messages)), createWriteStream(path));
    const scale = world.messages / messages;
    return {
      messages,
      bytes: (await stat(path)).size,
      rg: seconds('rg', ['-c', '-F', text, path], scale),
      grep: seconds('grep', ['-c', '-F', text, path], scale),
    };
  } finally {
    await rm(path, { force: true });
  }
}

function* log(world: World, messages: number): Generator<string> {
  for (let n = 1; n <= messages; n += 500) {
    let text = '';
    for (let i = n; i < n + 500 && i <= messages; i++) text += logLines(mail(world, i));
    yield text;
  }
}

/** Median of a few runs after one that warms the file cache. Both programs end with 1 when nothing was found. */
function seconds(command: string, args: string[], scale: number): number | null {
  const once = (): number | undefined => {
    const began = performance.now();
    const { status } = spawnSync(command, args, { env: { ...process.env, LC_ALL: 'C' } });
    return status === 1 ? (performance.now() - began) / 1000 : undefined;
  };
  if (once() === undefined) return null;
  return (
    quantile(
      Array.from({ length: RUNS }, () => once() ?? Number.NaN),
      0.5,
    ) * scale
  );
}
