/** Who this appliance is to its exchanges, and how it knows them: Ed25519 keys that are made here and never leave. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PublicKey, Trust } from '@sightline/api';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { z } from 'zod';

interface Proof {
  /** Public URL of the exchange. */
  audience: string;
  /** Id part of the token when enrolling, the device id afterwards. */
  subject: string;
  nonce: string;
  /** Now by the exchange's clock, epoch milliseconds. */
  now: number;
  /** `x` of the key that is to follow. */
  key?: string;
}

export interface Identity {
  /** The first key: that of every exchange for which it has not been replaced. */
  publicKey: PublicKey;
  /** Random, new at every start. */
  boot: string;
  /** The key for an exchange, by its address. */
  keyFor(url: string): PublicKey;
  /** Since when it has been in use, epoch ms. */
  since(url: string): number;
  /** A JWT (EdDSA) that proves possession of the key for this audience; good for one minute. */
  prove(proof: Proof): Promise<string>;
  /** The key that is to follow; made and kept at the first call, the same until `replaced`. */
  next(url: string): Promise<PublicKey>;
  /** Like `prove`, by the key that is to follow. */
  proveNext(proof: Proof): Promise<string>;
  /** From now on the next key is the key for this exchange. `now` in epoch ms. */
  replaced(url: string, now: number): void;
  /** How to know an exchange again; undefined before registration. */
  trust(url: string): Trust | undefined;
  pin(url: string, trust: Trust): void;
}

const Jwk = z.object({
  ...PublicKey.shape,
  /** Private part. */
  d: z.string().length(43),
});
type Jwk = z.infer<typeof Jwk>;
const Kept = z.object({
  ...Jwk.shape,
  /** Keys that replaced the first one, by address of the exchange. */
  of: z.record(z.string(), Jwk.extend({ since: z.number() })).default({}),
  next: z.record(z.string(), Jwk).default({}),
  trust: z.record(z.string(), Trust).default({}),
});
type Kept = z.infer<typeof Kept>;

/** What is kept in `path` (mode 0600), made at the first call. Throws when the file is damaged. */
export async function loadIdentity(path: string): Promise<Identity> {
  const kept = read(path) ?? (await make(path));
  const made = statSync(path).birthtimeMs;
  const save = (): void => writeDurably(path, JSON.stringify(kept));
  const keyOf = (url: string): Jwk => kept.of[url] ?? kept;
  return {
    publicKey: publicOf(kept),
    boot: randomUUID(),
    keyFor: (url) => publicOf(keyOf(url)),
    since: (url) => kept.of[url]?.since ?? made,
    prove: (proof) => signed(keyOf(proof.audience), proof),
    next: async (url) => {
      kept.next[url] ??= await freshKey();
      save();
      return publicOf(kept.next[url] as Jwk);
    },
    proveNext: (proof) => signed(kept.next[proof.audience] as Jwk, proof),
    replaced: (url, now) => {
      kept.of[url] = { ...(kept.next[url] as Jwk), since: now };
      delete kept.next[url];
      save();
    },
    trust: (url) => kept.trust[url],
    pin: (url, trust) => {
      kept.trust[url] = { hubKeys: trust.hubKeys, pins: trust.pins };
      save();
    },
  };
}

const publicOf = ({ kty, crv, x }: Jwk): PublicKey => ({ kty, crv, x });

async function signed(jwk: Jwk, { audience, subject, nonce, now, key }: Proof): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ nonce, ...(key === undefined ? {} : { key }) })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setIssuer(subject)
    .setSubject(subject)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 55)
    .sign(await importJWK(jwk, 'EdDSA'));
}

function read(path: string): Kept | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return Kept.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`The device key in ${path} is damaged. Restore it, or delete it and register again.`, {
      cause,
    });
  }
}

async function make(path: string): Promise<Kept> {
  const kept = Kept.parse(await freshKey());
  writeDurably(path, JSON.stringify(kept));
  return kept;
}

async function freshKey(): Promise<Jwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return Jwk.parse(await exportJWK(privateKey));
}

/** All of it or nothing, also when the power fails: a half-written key would be a lost registration. */
function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  const dir = openSync(dirname(path), 'r');
  fsyncSync(dir);
  closeSync(dir);
}
