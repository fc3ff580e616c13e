import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Start } from '../smtp.ts';
import { ended } from './load.ts';

export const sightline: Start = async (dir, sink, { aside, profile }) => {
  mkdirSync(dir, { recursive: true });
  const log = openSync(join(dir, 'log'), 'a');
  const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const child = fork(
    new URL('../../test/crash/gateway.ts', import.meta.url),
    [dir, String(sink), String(aside)],
    {
      execArgv,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  const gone = once(child, 'exit').then(() => {
    throw new Error(`Sightline ended: ${readFileSync(join(dir, 'log'), 'utf8').slice(-1000)}`);
  });
  gone.catch(() => undefined);
  const [{ port }] = (await Promise.race([once(child, 'message'), gone])) as [{ port: number }];
  return {
    name: 'sightline',
    port,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    rssMiB: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
    },
    async stop() {
      child.send('stop');
      await Promise.race([
        once(child, 'exit'),
        new Promise((resolve) => setTimeout(resolve, 15_000).unref()),
      ]);
      await ended(child);
    },
  };
};
