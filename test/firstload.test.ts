/** Whoever opens the portal for the first time does not wait for JavaScript that another page needs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const PORTAL = fileURLToPath(new URL('../packages/ui/dist/portal/', import.meta.url));
/** Bytes, gzip. */
const MOST = 300_000;

/** What the build writes of each source that begins a file: the file, and the files that must be there before it runs. */
type Manifest = Record<string, { file: string; imports?: string[] }>;

it.each(['dashboard', 'investigate'])(
  'a browser that opens %s first loads at most 300 KB of JavaScript, gzip',
  (room) => {
    const size = sizeOf(['index.html', `src/${room}/page.tsx`]);
    expect(size).toBeGreaterThan(MOST / 4);
    expect(size).toBeLessThanOrEqual(MOST);
  },
);

it('what reads a query and what draws results is not part of the first page', () => {
  const first = reached(['index.html', 'src/dashboard/page.tsx', 'src/investigate/page.tsx']);
  for (const part of ['read.ts', 'results.tsx', 'canvas.tsx', 'timeline.tsx']) {
    const name = `src/investigate/${part}`;
    expect(Object.keys(manifest())).toContain(name);
    expect([...first]).not.toContain(name);
  }
});

const sizeOf = (names: string[]): number =>
  [...reached(names)]
    .map((name) => gzipSync(readFileSync(PORTAL + manifest()[name]?.file)).length)
    .reduce((sum, size) => sum + size, 0);

/** These entries with all that they import, directly or not; what is imported only when it is needed is not followed. */
function reached(names: string[]): Set<string> {
  const all = new Set(names);
  // A set goes on with what is added to it meanwhile.
  for (const name of all) for (const next of manifest()[name]?.imports ?? []) all.add(next);
  return all;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(`${PORTAL}.manifest.json`, 'utf8')) as Manifest;
}
