/** Entry of the thread that builds segments, behind everything else in line for the processor. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

/** Linux gives each thread its own priority; elsewhere the jobs run as everything does. */
function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), 15);
  } catch {
    // not this system, or not allowed: no harm
  }
}

stepBack();
parentPort?.on('message', (job: Job) => {
  runJob(job).then(
    (made) => parentPort?.postMessage({ made }),
    (error: unknown) =>
      parentPort?.postMessage({ message: error instanceof Error ? error.message : String(error) }),
  );
});
