/** Passwords: argon2id (RFC 9106) in the PHC string format, which keeps its parameters so that they can grow. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const argon2id = promisify(argon2);

interface Cost {
  memoryKiB: number;
  passes: number;
  lanes: number;
}
/** OWASP's recommendation: 19 MiB, two passes, one lane. */
const COST: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const LENGTH = 32;
/** Hashing at once; each needs 19 MiB. */
const PARALLEL = 4;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Without a hash, or with one that is broken, the same work is done and the answer is no. */
  verify(password: string, kept: string | undefined): Promise<boolean>;
}

export function passwords(): Passwords {
  const turn = turns(PARALLEL);
  const derive = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
    turn(() => derived(password, nonce, cost));
  return {
    hash: async (password) => {
      const salt = randomBytes(16);
      const { memoryKiB, passes, lanes } = COST;
      const key = await derive(password, salt, COST);
      return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(key)}`;
    },
    verify: async (password, kept) => {
      const known = parsed(kept);
      const { salt, key, cost } = known ?? { salt: randomBytes(16), key: randomBytes(LENGTH), cost: COST };
      const given = await derive(password, salt, cost);
      return known !== undefined && given.length === key.length && timingSafeEqual(given, key);
    },
  };
}

/** Unicode forms of one password are one password. */
const derived = (password: string, nonce: Buffer, { memoryKiB, passes, lanes }: Cost): Promise<Buffer> =>
  argon2id('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    memory: memoryKiB,
    passes,
    parallelism: lanes,
    tagLength: LENGTH,
  });

function parsed(kept = ''): { salt: Buffer; key: Buffer; cost: Cost } | undefined {
  const [whole, memory, passes, lanes, salt = '', key = ''] = PHC.exec(kept) ?? [];
  if (whole === undefined) return undefined;
  const cost = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64'), cost };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

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
