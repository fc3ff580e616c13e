/** Processor time of a process by what its threads do, from the kernel's own accounts. */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds since the process began, by name of thread; empty where the system does not tell. */
export type Cpu = Record<string, number>;

export function cpuOf(pid: number): Cpu {
  const times: Cpu = {};
  for (const thread of threads(`/proc/${pid}/task`)) {
    const name = read(`${thread}/comm`).trim();
    const [nanoseconds = '0'] = read(`${thread}/schedstat`).split(' ');
    if (name !== '') times[name] = (times[name] ?? 0) + Number(nanoseconds) / 1e6;
  }
  return times;
}

/** What was used between two looks, added to a sum. */
export function addUsed(sum: Cpu, before: Cpu, after: Cpu): void {
  for (const [name, ms] of Object.entries(after)) sum[name] = (sum[name] ?? 0) + ms - (before[name] ?? 0);
}

/** Microseconds for each message, the largest first. */
export const perMessage = (sum: Cpu, messages: number): Cpu =>
  Object.fromEntries(
    Object.entries(sum)
      .map(([name, ms]): [string, number] => [name, Math.round((ms * 1000) / messages)])
      .filter(([, us]) => us > 0)
      .sort(([, a], [, b]) => b - a),
  );

function threads(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** '' of a thread that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
