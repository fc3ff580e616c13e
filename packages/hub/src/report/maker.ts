/** Makes PDFs in threads of their own, one at a time, each with limits of time and memory. */
import { Worker } from 'node:worker_threads';
import { fail, type ReportContent } from '@sightline/api';
import { drawingProblem } from './drawing.ts';

/** @throws `bad_request` when it takes too long or too much, or its drawing holds more than shapes and texts */
export type MakePdf = (report: ReportContent) => Promise<Uint8Array>;

/** Milliseconds for one report, and MiB of its thread's heap. */
const LIMITS = { ms: 30_000, heapMiB: 384 };

export function pdfMaker(limits: Partial<typeof LIMITS> = {}): MakePdf {
  const { ms, heapMiB } = { ...LIMITS, ...limits };
  let last: Promise<unknown> = Promise.resolve();
  return (report) => {
    const reason = drawingProblem(report.drawing);
    if (reason) throw fail('bad_request', { reason });
    const turn = last.then(() => inThread(report, ms, heapMiB));
    last = turn.catch(() => undefined);
    return turn;
  };
}

function inThread(workerData: ReportContent, ms: number, heapMiB: number): Promise<Uint8Array> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => refuse(`it takes more than ${ms / 1000} seconds`), ms);
    const refuse = (reason: string): void => {
      clearTimeout(late);
      void worker.terminate();
      reject(fail('bad_request', { reason: `The report could not be made: ${reason}` }));
    };
    worker.once('message', (pdf: Uint8Array) => {
      clearTimeout(late);
      void worker.terminate();
      resolve(pdf);
    });
    worker.once('error', (error) => refuse(error.message));
    worker.once('exit', () => refuse('its thread ended'));
  });
}
