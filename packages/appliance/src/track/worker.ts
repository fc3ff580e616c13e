/** Entry of the engine's thread; heavy jobs go to a second one. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Engine } from './engine.ts';
import type { Job, JobResult } from './job.ts';
import { serve } from './serve.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread.ts';

/** Megabytes: see `thread.ts`. */
const HEAP = { maxOldGenerationSizeMb: 640, maxYoungGenerationSizeMb: 32 };

/** A thread for jobs, started when the first comes; one job at a time. */
function jobThread(): { run: (job: Job) => Promise<JobResult>; stop: () => Promise<unknown> } {
  let thread: Worker | undefined;
  const run = (job: Job) =>
    new Promise<JobResult>((resolve, reject) => {
      thread ??= new Worker(new URL('./builder.ts', import.meta.url), { resourceLimits: HEAP });
      thread.removeAllListeners();
      thread.once('message', (m: { made: JobResult } | { message: string }) =>
        'made' in m ? resolve(m.made) : reject(new Error(m.message)),
      );
      thread.once('error', (error) => {
        thread = undefined;
        reject(error);
      });
      thread.postMessage(job);
    });
  return { run, stop: async () => thread?.terminate() };
}

const jobs = jobThread();
const send = (message: FromThread) => parentPort?.postMessage(message);
const running = new Map<number, AbortController>();

const faultOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function answer(engine: Engine, m: Exclude<ToThread, { abandon: number }>): Promise<void> {
  const abandoned = new AbortController();
  running.set(m.id, abandoned);
  try {
    send({ id: m.id, answer: await serve(engine, m.op, m.args as never, m.now, abandoned.signal) });
  } catch (error) {
    send({ id: m.id, fault: faultOf(error) });
  } finally {
    running.delete(m.id);
  }
  if (m.op === 'close') await stop();
}

async function stop(): Promise<void> {
  await jobs.stop();
  parentPort?.close();
}

try {
  const engine = await Engine.open({ ...(workerData as ThreadOptions), run: jobs.run });
  parentPort?.on('message', (m: ToThread) => {
    if ('abandon' in m) running.get(m.abandon)?.abort(new Error('abandoned'));
    else void answer(engine, m);
  });
  send({ id: 0, answer: undefined });
} catch (error) {
  send({ id: 0, fault: faultOf(error) });
  await stop();
}
