/** The portal's files. Anything that is no file and no address of the API is the portal's own page. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
/** Addresses that are never pages. */
const NOT_PAGES = /^\/(api|iroh|ctia|connector|\.well-known|healthz|metrics)(\/|$)/;
/** Names with a content hash, as the build writes them. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/** Answers GET and HEAD from `dir`; passes on what is not there. */
export const staticFiles =
  (dir: string): MiddlewareHandler =>
  async (c, next) => {
    const file = NOT_PAGES.test(c.req.path) ? undefined : await find(dir, c.req.path);
    return file ? serve(c, file) : next();
  };

async function find(dir: string, path: string): Promise<string | undefined> {
  const named = inside(dir, path);
  if (named && (await isFile(named))) return named;
  const index = join(dir, 'index.html');
  return extname(path) === '' && (await isFile(index)) ? index : undefined;
}

/** The file of a request path, or nothing when the path leads out of the folder. */
function inside(dir: string, path: string): string | undefined {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (plain.includes('\0')) return undefined;
  const file = normalize(join(dir, plain));
  return file.startsWith(normalize(dir) + sep) ? file : undefined;
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isFile(),
    () => false,
  );

async function serve(c: Context, file: string): Promise<Response> {
  const body = await readFile(file);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', HASHED.test(c.req.path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  c.header('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  return c.body(new Uint8Array(body));
}
