/** The built pages of a program. An address that is no file and no address of the API is a place in the pages. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
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
/** Text is packed on its way; pictures and fonts are packed already. */
const PACKED = new Set(['.html', '.js', '.css', '.json', '.map', '.svg', '.txt', '.webmanifest']);
/** Bytes that fit into one packet anyway. */
const SMALL = 1024;
/** Files; a new build brings other names. */
const MOST_KEPT = 1000;
const pack = promisify(gzip);
/** Addresses for programs: an unknown one is an error, not a page. */
const NOT_PAGES = /^\/(api|iroh|ctia|taxii2|connector|\.well-known|healthz|metrics)(\/|$)/;
/** Names with a content hash, as the build writes them. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const MISSING = 'The pages are not built. Run "npm run build", then load this page again.\n';

/** Answers GET and HEAD from `dir`; passes on what is no file there and no page. */
export function staticFiles(dir: string): MiddlewareHandler {
  void packAhead(join(dir, 'assets'));
  return async (c, next) => {
    const { method, path } = c.req;
    if ((method !== 'GET' && method !== 'HEAD') || NOT_PAGES.test(path)) return next();
    const file = inside(dir, path);
    if (file !== undefined && (await isFile(file))) return serve(c, file);
    if (file === undefined || extname(path) !== '') return next();
    const index = join(dir, 'index.html');
    return (await isFile(index)) ? serve(c, index) : c.text(MISSING, 503);
  };
}

/** Whoever opens a page first does not wait until its files are packed. */
async function packAhead(dir: string): Promise<void> {
  const files = await readdir(dir).catch(() => []);
  for (const name of files.filter((one) => PACKED.has(extname(one)))) {
    const body = await readFile(join(dir, name)).catch(() => undefined);
    if (body && body.length > SMALL) await zipped(digestOf(body), body);
  }
}

const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64url').slice(0, 22);

/** The file of a request path, or nothing when the path leads out of the folder or is none. */
function inside(dir: string, path: string): string | undefined {
  const plain = decoded(path);
  if (plain === undefined || plain.includes('\0')) return undefined;
  const file = normalize(join(dir, plain));
  const root = normalize(join(dir, sep));
  return file.startsWith(root) ? file : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isFile(),
    () => false,
  );

async function serve(c: Context, file: string): Promise<Response> {
  const body = await readFile(file);
  const digest = digestOf(body);
  const packs = PACKED.has(extname(file)) && body.length > SMALL;
  const packed = packs && /\bgzip\b(?!\s*;\s*q=0(\.0*)?(,|$))/.test(c.req.header('accept-encoding') ?? '');
  const etag = packed ? `"${digest}-gz"` : `"${digest}"`;
  c.header('ETag', etag);
  if (packs) c.header('Vary', 'Accept-Encoding', { append: true });
  c.header('Cache-Control', HASHED.test(c.req.path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  c.header('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  if (packed) c.header('Content-Encoding', 'gzip');
  return c.body(new Uint8Array(packed ? await zipped(digest, body) : body));
}

/** Each file is packed once; there are as many as the build wrote. */
const kept = new Map<string, Promise<Buffer>>();

function zipped(digest: string, body: Buffer): Promise<Buffer> {
  const before = kept.get(digest);
  if (before) return before;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = pack(body);
  kept.set(digest, made);
  return made;
}
