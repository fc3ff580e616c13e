/** Passwords: argon2id (RFC 9106) with the parameters that OWASP gives for it, kept in the PHC string format. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const argon2id = promisify(argon2);
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LENGTH = 32;
/** Hashing at once; each needs 19 MiB. */
const PARALLEL = 4;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time whether there is a hash to compare with or not. */
  verify(password: string, kept: string | undefined): Promise<boolean>;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export function passwords(): Passwords {
  const turn = turns(PARALLEL);
  const derive = (password: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> =>
    turn(() =>
      argon2id('argon2id', {
        message: password.normalize('NFKC'),
        nonce,
        memory,
        passes,
        parallelism: 1,
        tagLength: LENGTH,
      }),
    );
  const hash = async (password: string): Promise<string> => {
    const salt = randomBytes(16);
    const key = await derive(password, salt, MEMORY_KIB, PASSES);
    return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(salt)}$${base64(key)}`;
  };
  const nobody = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(randomBytes(16))}$${base64(randomBytes(LENGTH))}`;
  return {
    hash,
    verify: async (password, kept) => {
      const [, memory, passes, salt = '', key = ''] = PHC.exec(kept ?? nobody) ?? [];
      const expected = Buffer.from(key, 'base64');
      const got = await derive(password, Buffer.from(salt, 'base64'), Number(memory), Number(passes));
      return got.length === expected.length && timingSafeEqual(got, expected) && kept !== undefined;
    },
  };
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** Runs so many jobs at once, the others wait in line. */
function turns(places: number): <T>(job: () => Promise<T>) => Promise<T> {
  let free = places;
  const queue: (() => void)[] = [];
  return async (job) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => queue.push(go));
    try {
      return await job();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}
