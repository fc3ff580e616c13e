/** The mail path as a process of its own, that can be killed, stopped and asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Start {
  /** Folder of the mail path and of tracking. */
  dir: string;
  /** Port of the next hop. */
  hop: number;
  /** Makes it do something wrong: the negative controls. */
  fault?: 'early' | 'nosync' | 'small';
  /** Where its log goes; beside the data if absent. */
  log?: string;
  env?: Record<string, string>;
}

export interface Program {
  child: ChildProcess;
  /** Of the listener. */
  port: number;
  kill(): Promise<void>;
  /** Messages in its queue. */
  queued(): Promise<number>;
  /** Releases everything out of the quarantine; returns how many messages were in it. */
  release(): Promise<number>;
  /** Waits until nothing is queued, then ends it in order. @returns whether the queue was empty in time */
  drain(ms: number): Promise<boolean>;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function spawn({ dir, hop, fault, log = join(dir, 'child.log'), env = {} }: Start): ChildProcess {
  const file = openSync(log, 'a');
  return fork(new URL('./child.ts', import.meta.url), [dir, String(hop), fault ?? ''], {
    execArgv: [],
    stdio: ['ignore', file, file, 'ipc'],
    env: { ...process.env, ...env },
  });
}

export async function start(options: Start): Promise<Program> {
  const child = spawn(options);
  const log = options.log ?? join(options.dir, 'child.log');
  const { port } = await answer<{ port: number }>(child, log);
  const queued = async (): Promise<number> => {
    child.send('status');
    return (await answer<{ queued: number }>(child, log)).queued;
  };
  return {
    child,
    port,
    kill: () => kill(child),
    queued,
    async release() {
      child.send('release');
      return (await answer<{ released: number }>(child, log)).released;
    },
    async drain(ms) {
      const end = Date.now() + ms;
      let left = await queued();
      for (; left > 0 && Date.now() < end; left = await queued()) await pause(100);
      const gone = once(child, 'exit');
      child.send('stop');
      await Promise.race([gone, pause(15_000)]);
      await kill(child);
      return left === 0;
    },
  };
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The child's next message; its log is shown if it ends instead. */
function answer<T>(child: ChildProcess, log: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = (message: unknown): void => {
      child.off('exit', gone);
      resolve(message as T);
    };
    const gone = (): void => {
      child.off('message', heard);
      reject(new Error(`The child ended by itself:\n${readFileSync(log, 'utf8').slice(-4000)}`));
    };
    child.once('message', heard);
    child.once('exit', gone);
  });
}
