/**
 * Secrets at rest: AES-256-GCM under a key of the data folder, never in the database. Every sealed text names its key,
 * so keys can be changed while older texts stay readable.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'module-keys.json';
const FORM = /^v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]+)$/;
const TAG_BYTES = 16;

const Ring = z.object({
  current: z.string().regex(/^[0-9a-f]{16}$/),
  /** By id: 32 bytes in base64url. */
  keys: z.record(z.string(), z.string().length(43)),
});
type Ring = z.infer<typeof Ring>;

export interface Sealer {
  /** `about` says what the text belongs to; it opens for nothing else. */
  seal(text: string, about: string): string;
  /** @throws Error that says why it cannot be read */
  open(sealed: string, about: string): string;
  /** Whether a text is under the key that is used now. */
  isCurrent(sealed: string): boolean;
}

/** The keys of this folder, made when there are none; the file is readable by its owner only. */
export function sealer(folder: string): Sealer {
  const path = join(folder, FILE);
  let ring = ringAt(folder, path);
  let seen = statSync(path).mtimeMs;
  /** The keys may be changed by another program while this one runs. */
  const fresh = (): Ring => {
    const { mtimeMs } = statSync(path);
    if (mtimeMs !== seen) [ring, seen] = [read(path), mtimeMs];
    return ring;
  };
  return {
    seal: (text, about) => {
      const { current, keys } = fresh();
      return sealed(text, about, current, keys[current] as string);
    },
    open(text, about) {
      const [, kid = '', iv = '', body = ''] = FORM.exec(text) ?? [];
      const key = ring.keys[kid] ?? fresh().keys[kid];
      if (!key)
        throw new Error(
          `The key ${kid || 'of a secret'} is not in ${FILE}. Restore that file from the backup.`,
        );
      return opened(Buffer.from(body, 'base64url'), Buffer.from(iv, 'base64url'), about, key);
    },
    isCurrent: (text) => FORM.exec(text)?.[1] === fresh().current,
  };
}

function sealed(text: string, about: string, kid: string, key: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), iv).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${kid}.${iv.toString('base64url')}.${body.toString('base64url')}`;
}

function opened(body: Buffer, iv: Buffer, about: string, key: string): string {
  const cipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), iv, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(about)).setAuthTag(body.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(body.subarray(0, -TAG_BYTES)), cipher.final()]).toString('utf8');
}

const read = (path: string): Ring => Ring.parse(JSON.parse(readFileSync(path, 'utf8')));

function ringAt(folder: string, path: string): Ring {
  try {
    return read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(folder, { recursive: true });
  const draft = write(path, withNewKey({ current: '', keys: {} }));
  try {
    linkSync(draft, path);
  } catch (error) {
    // another program was first
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  rmSync(draft);
  return read(path);
}

function withNewKey({ keys }: Ring): Ring {
  const current = randomBytes(8).toString('hex');
  return { current, keys: { ...keys, [current]: randomBytes(32).toString('base64url') } };
}

/** @returns the name of a file beside `path` that is on disk */
function write(path: string, ring: Ring): string {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(ring), { mode: 0o600, flush: true });
  return draft;
}

/** A new key from now on; the older ones stay, for what is still under them and for backups. @returns its id */
export function newKey(folder: string): string {
  const path = join(folder, FILE);
  const ring = withNewKey(ringAt(folder, path));
  renameSync(write(path, ring), path);
  return ring.current;
}
