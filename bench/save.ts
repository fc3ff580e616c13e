/** Results that stay: with the machine and the commit, so that anybody can judge and repeat them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Writes a result into a folder; returns the file's name: that of the benchmark and its size, if it has one. */
export function save(folder: URL, name: string, args: string[], result: Record<string, unknown>): string {
  const size = Number(result.messages ?? result.count);
  const file = `${name}${Number.isNaN(size) ? '' : `-${short(size)}`}.json`;
  const saved = {
    date: new Date().toISOString(),
    command: ['npm run bench --', name, ...withoutPlaces(args)].join(' '),
    commit: commit(),
    seed: result.seed ?? null,
    machine: machine(),
    result,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), `${JSON.stringify(saved, undefined, 2)}\n`);
  return file;
}

/** 1500 as `1500`, 20000 as `20k`, 10000000 as `10m`. */
export function short(n: number): string {
  if (n >= 1_000_000 && n % 1_000_000 === 0) return `${n / 1_000_000}m`;
  return n >= 1000 && n % 1000 === 0 ? `${n / 1000}k` : String(n);
}

/** Without the folder of whoever ran it. */
export const withoutPlaces = (args: readonly string[]): string[] =>
  args.filter((arg, i) => !arg.startsWith('--dir') && args[i - 1] !== '--dir');

const machine = () => ({
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  os: process.platform,
  node: process.version,
});

/** `abc1234`, with a `+` if files differ from the commit. */
function commit(): string {
  const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim() ?? '';
  return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--', 'packages', 'bench/*.ts') ? '+' : '');
}
