/** The files of a store as a benchmark handles them. */
import { spawnSync } from 'node:child_process';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

const filesIn = (dir: string): string[] => readdirSync(dir).map((name) => join(dir, name));

export const bytesIn = (dir: string): number =>
  filesIn(dir).reduce((sum, path) => sum + statSync(path).size, 0);

/** Reads everything once, so that it is in the file cache as far as memory goes. */
export async function readAll(dir: string): Promise<void> {
  for (const path of filesIn(dir)) for await (const _ of createReadStream(path, { highWaterMark: 1 << 20 }));
}

/** Takes the files out of the file cache; false where this machine cannot (GNU dd asks for it by posix_fadvise). */
export const dropCache = (dir: string): boolean =>
  filesIn(dir).every((path) => spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0']).status === 0);

/** Throws if there is not so much room. */
export async function needRoom(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const gb = (n: number): string => (n / 1e9).toFixed(1);
  if (bavail * bsize < bytes)
    throw new Error(
      `This needs ${gb(bytes)} GB in ${dir}; ${gb(bavail * bsize)} GB are free. Choose another --dir.`,
    );
}
