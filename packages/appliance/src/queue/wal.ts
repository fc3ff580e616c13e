/**
 * The write-ahead log of a database, brought to the disk off the main thread. With `synchronous = NORMAL` a commit of
 * SQLite appends to the log and does not wait; the log is valid up to its last whole commit, so a sync of the file
 * makes all commits before it durable. Checkpoints sync by themselves.
 */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { sharing } from './sharing.ts';

export interface Wal {
  /** Resolves when all that was committed before is on the disk. @throws what the file system throws */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** @param path of the database, which stays open as long as this */
export function openWal(path: string): Wal {
  let file: Promise<FileHandle> | undefined;
  const sync = sharing(async () => {
    file ??= open(`${path}-wal`, 'r');
    await (await file).datasync();
  });
  return {
    sync,
    async close() {
      const handle = await file?.catch(() => undefined);
      file = undefined;
      await handle?.close();
    },
  };
}
