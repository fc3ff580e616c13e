/** The console's pages as built; every address that is no file and no API is a place inside the application. */
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import type { MiddlewareHandler } from 'hono';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
/** Addresses for programs: an unknown one is an error, not a page. */
const PROGRAM = /^\/(api|healthz|metrics)(\/|$)/;
const MISSING = 'The pages of the console are not built. Run "npm run build", then load this page again.\n';

/** Serves `dir`; files with a hash in their name may be kept for ever, everything else is asked for again. */
export function pages(dir: string): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req;
    if ((method !== 'GET' && method !== 'HEAD') || PROGRAM.test(path)) return next();
    const file = await read(dir, path);
    if (file) {
      c.header(
        'Cache-Control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      return c.body(file, 200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    }
    if (extname(path) !== '') return next();
    const index = (await read(dir, '/index.html')) ?? (await read(dir, '/console.html'));
    if (!index) return c.text(MISSING, 503);
    return c.body(index, 200, { 'Content-Type': TYPES['.html'] ?? '', 'Cache-Control': 'no-cache' });
  };
}

/** The file of that path; undefined when there is none or the path leads out of `dir`. */
async function read(dir: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const file = resolve(join(dir, decodeURIComponent(path)));
    if (!file.startsWith(resolve(dir) + sep)) return undefined;
    return new Uint8Array(await readFile(file));
  } catch {
    return undefined;
  }
}
