/** Who this appliance is to an exchange: an Ed25519 key that is made here and never leaves. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PublicKey } from '@sightline/api';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

interface Proof {
  /** Public URL of the exchange. */
  audience: string;
  /** Id part of the token when enrolling, the device id afterwards. */
  subject: string;
  nonce: string;
  /** Now by the exchange's clock, epoch milliseconds. */
  now: number;
}

export interface Identity {
  publicKey: PublicKey;
  /** A JWT (EdDSA) that proves possession of the key; good for one minute. */
  prove(proof: Proof): Promise<string>;
}

/** The key kept in `path` (mode 0600), made at the first call. Throws when the file is damaged. */
export async function loadIdentity(path: string): Promise<Identity> {
  const jwk = read(path) ?? (await make(path));
  const key = await importJWK(jwk, 'EdDSA');
  return {
    publicKey: PublicKey.parse({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }),
    prove: ({ audience, subject, nonce, now }) => {
      const seconds = Math.floor(now / 1000);
      return new SignJWT({ nonce })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setIssuer(subject)
        .setSubject(subject)
        .setAudience(audience)
        .setJti(crypto.randomUUID())
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + 55)
        .sign(key);
    },
  };
}

function read(path: string): JWK | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as JWK;
  } catch (cause) {
    throw new Error(`The device key in ${path} is damaged. Restore it, or delete it and register again.`, {
      cause,
    });
  }
}

async function make(path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  writeDurably(path, JSON.stringify(jwk));
  return jwk;
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
