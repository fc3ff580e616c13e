/** Reads files in threads of their own, a few at a time, each with limits of time and memory. */
import { Worker } from 'node:worker_threads';
import { fail } from '@sightline/api';
import type { FileRead } from './read.ts';

export interface FileLimits {
  /** Files at the same time; others wait. */
  atOnce: number;
  /** Milliseconds for one file. */
  ms: number;
  /** Heap of one thread, MiB. */
  heapMiB: number;
}

const LIMITS: FileLimits = { atOnce: 2, ms: 10_000, heapMiB: 256 };

/** Rejects with `file_unreadable` when a file takes too long or too much memory. */
export type ReadFile = (name: string, bytes: Uint8Array) => Promise<FileRead>;

export function fileReader(limits: Partial<FileLimits> = {}): ReadFile {
  const { atOnce, ms, heapMiB } = { ...LIMITS, ...limits };
  let running = 0;
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<void> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
  };
  return async (name, bytes) => {
    await turn();
    try {
      return await inThread({ name, bytes }, ms, heapMiB);
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

function inThread(workerData: { name: string; bytes: Uint8Array }, ms: number, heapMiB: number) {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB, stackSizeMb: 4 },
  });
  return new Promise<FileRead>((resolve, reject) => {
    const late = setTimeout(() => refuse(`it takes more than ${ms / 1000} seconds`), ms);
    const refuse = (reason: string): void => {
      clearTimeout(late);
      void worker.terminate();
      reject(fail('file_unreadable', { reason }));
    };
    worker.once('message', (read: FileRead) => {
      clearTimeout(late);
      void worker.terminate();
      resolve(read);
    });
    worker.once('error', (error) => refuse(error.message));
    worker.once('exit', () => refuse('its reader ended'));
  });
}
