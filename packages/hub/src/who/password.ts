/** Passwords: argon2id (RFC 9106) with the parameters in the hash, so that they can grow. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

interface Cost {
  memoryKiB: number;
  passes: number;
  lanes: number;
}
/** OWASP's recommendation: 19 MiB, two passes, one lane. */
const COST: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const LENGTH = 32;
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, both in base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await tag(password, salt, COST);
  const { memoryKiB, passes, lanes } = COST;
  const parameters = `m=${memoryKiB},t=${passes},p=${lanes}`;
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether this is the password; without a hash the same work is done and the answer is no. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const match = FORM.exec(stored ?? '');
  const salt = match ? Buffer.from(match[4] as string, 'base64') : randomBytes(16);
  const known = match ? Buffer.from(match[5] as string, 'base64') : randomBytes(LENGTH);
  const cost = match
    ? { memoryKiB: Number(match[1]), passes: Number(match[2]), lanes: Number(match[3]) }
    : COST;
  const given = await tag(password, salt, cost);
  return match !== null && given.length === known.length && timingSafeEqual(given, known);
}

/** Unicode forms of one password are one password. */
async function tag(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    parallelism: cost.lanes,
    tagLength: LENGTH,
    memory: cost.memoryKiB,
    passes: cost.passes,
  });
}
