/** Whoever opens the portal for the first time does not wait for JavaScript that another page needs. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const DIST = new URL('../packages/ui/dist/', import.meta.url);
/** Bytes, gzip. */
const MOST = 300_000;
const PROGRAMS = ['portal', 'console'] as const;
type Program = (typeof PROGRAMS)[number];

/** What the build writes of each source that begins a file: the file, and what it needs at once and later. */
type Manifest = Record<string, { file: string; imports?: string[]; dynamicImports?: string[] }>;
const PAGES = Object.fromEntries(PROGRAMS.map((program) => [program, manifest(program)])) as Record<
  Program,
  Manifest
>;
/** The page of a program that stands in its manifest for what every page needs. */
const FRAME = { portal: 'index.html', console: 'console.html' };

/** Whatever the frame loads by itself: above all the pages, each under its own address. */
const opened = PROGRAMS.flatMap((program) =>
  (PAGES[program][FRAME[program]]?.dynamicImports ?? []).map((name) => ({ program, name })),
);

it.each(opened)(
  '$program: a browser that opens $name first loads at most 300 KB, gzip',
  ({ program, name }) => {
    const size = sizeOf(program, [FRAME[program], name]);
    expect(size).toBeGreaterThan(MOST / 4);
    expect(size).toBeLessThanOrEqual(MOST);
  },
);

it('every page is loaded by itself', () => {
  const names = opened.map(({ name }) => name);
  for (const room of ['dashboard/page', 'investigate/page', 'intel/intelligence', 'console/overview/page'])
    expect(names).toContain(`src/${room}.tsx`);
});

it('what reads a query and what draws results is not part of the first page', () => {
  const rooms = ['src/dashboard/page.tsx', 'src/investigate/page.tsx'];
  const first = reached('portal', [FRAME.portal, ...rooms]);
  for (const part of ['read.ts', 'results.tsx', 'canvas.tsx', 'timeline.tsx']) {
    const name = `src/investigate/${part}`;
    expect(Object.keys(PAGES.portal)).toContain(name);
    expect([...first]).not.toContain(name);
  }
});

const sizeOf = (program: Program, names: string[]): number =>
  [...reached(program, names)]
    .map((name) => gzipSync(readFileSync(new URL(`${program}/${PAGES[program][name]?.file}`, DIST))).length)
    .reduce((sum, size) => sum + size, 0);

/** These entries with all that they import, directly or not; what is imported only when it is needed is not followed. */
function reached(program: Program, names: string[]): Set<string> {
  const all = new Set(names);
  // A set goes on with what is added to it meanwhile.
  for (const name of all) for (const next of PAGES[program][name]?.imports ?? []) all.add(next);
  return all;
}

function manifest(program: Program): Manifest {
  return JSON.parse(readFileSync(new URL(`${program}/.manifest.json`, DIST), 'utf8')) as Manifest;
}
