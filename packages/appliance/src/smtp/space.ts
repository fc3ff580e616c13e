import { statfs } from 'node:fs/promises';

export interface Space {
  /** Whether a message of this many bytes may come in now. */
  enough(bytes: number): Promise<boolean>;
}

const LEAST_INODES = 1000;
const FRESH_MS = 500;

/** Watches the file system that holds `dir`; figures are at most half a second old. */
export function watchSpace(dir: string, reserve: number, clock: () => number): Space {
  let known = { at: Number.NEGATIVE_INFINITY, bytes: 0, inodes: 0 };
  return {
    async enough(bytes) {
      if (Math.abs(clock() - known.at) > FRESH_MS) known = { at: clock(), ...(await measure(dir)) };
      return known.bytes >= Math.max(bytes, reserve) && known.inodes >= LEAST_INODES;
    },
  };
}

async function measure(dir: string): Promise<{ bytes: number; inodes: number }> {
  const figures = await statfs(dir);
  // Some file systems make inodes as needed and count none.
  const inodes = figures.files === 0 ? Number.POSITIVE_INFINITY : figures.ffree;
  return { bytes: figures.bavail * figures.bsize, inodes };
}
