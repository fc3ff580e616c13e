/** Builds the pages of both programs into `dist/`, each only when a source is newer than what is there. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Program } from './vite.config.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = ['src', 'public', 'index.html', 'console.html', 'vite.config.ts', 'package.json'];
const BESIDE = ['../api/src', '../ctim/src'];

/** SHA-256 over the names and contents of everything that goes into the pages. */
export function stamp(): string {
  const hash = createHash('sha256');
  for (const path of [...SOURCES, ...BESIDE].flatMap((name) => files(join(HERE, name)))) {
    hash.update(path.slice(HERE.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function files(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(join(path, '..'), { withFileTypes: true });
  const self = entries.find((entry) => join(entry.parentPath, entry.name) === path);
  if (!self?.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Builds what is out of date and says which; `force` builds both. */
export async function buildPages(force = false): Promise<Program[]> {
  const now = stamp();
  const built: Program[] = [];
  for (const program of ['portal', 'console'] as const) {
    if (force || stale(program, now)) {
      await build(program, now);
      built.push(program);
    }
  }
  return built;
}

function stale(program: Program, now: string): boolean {
  const file = join(HERE, 'dist', program, '.stamp');
  return !existsSync(file) || readFileSync(file, 'utf8') !== now;
}

async function build(program: Program, now: string): Promise<void> {
  // Vite goes by this when it is set, as test runners do; then React's slow development form would be built.
  process.env.NODE_ENV = 'production';
  const [vite, { config, PAGE }] = await Promise.all([import('vite'), import('./vite.config.ts')]);
  const beside = join(HERE, 'dist', `.${program}-${process.pid}`);
  await vite.build(config(program, beside));
  if (PAGE[program] !== 'index.html') renameSync(join(beside, PAGE[program]), join(beside, 'index.html'));
  writeFileSync(join(beside, '.stamp'), now);
  exchange(join(HERE, 'dist', program), beside);
}

/** A program that is serving the old pages misses them for the time of two renames, not of a build. */
function exchange(out: string, beside: string): void {
  const old = `${beside}-old`;
  if (existsSync(out)) renameSync(out, old);
  renameSync(beside, out);
  rmSync(old, { recursive: true, force: true });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { force: { type: 'boolean', default: false } } });
  const started = performance.now();
  const built = await buildPages(values.force);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(built.length > 0 ? `Built ${built.join(' and ')} in ${seconds} s` : 'Pages are up to date');
}
