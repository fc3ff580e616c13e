/** The thread that reads one file and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { readFile } from './read.ts';

const { name, bytes } = workerData as { name: string; bytes: Uint8Array };
parentPort?.postMessage(await readFile(name, bytes));
