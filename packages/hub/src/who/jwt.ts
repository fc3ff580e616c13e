/** The hub's key for access tokens, and the tokens: JWT signed RS256 with the claims that CTR's tokens have. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { z } from 'zod';

export const ISSUER = 'IROH Auth';
const CLAIM = 'https://schemas.cisco.com/iroh/identity/claims/';
const GRANT = `${CLAIM}oauth/grant/id`;
/** Of access tokens, and of the tokens by which relay modules know this hub: one never passes for the other. */
export const KEY_FILES = { access: 'oauth-key.json', module: 'module-signing-key.json' } as const;

export interface KeyPair {
  kid: string;
  private: CryptoKey;
  public: CryptoKey;
  /** What /.well-known/jwks shows. */
  shown: { kty: 'RSA'; use: 'sig'; alg: 'RS256'; kid: string; n: string; e: string };
}

const Stored = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() });

/** The key in this folder, made at first start; the file is readable by its owner only. */
export async function signingKey(folder: string, file: string = KEY_FILES.access): Promise<KeyPair> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return keyPair(text === undefined ? await makeKey(folder, path) : Stored.parse(JSON.parse(text)));
}

/** Two programs that start at once end up with the same key: the first link wins. */
async function makeKey(folder: string, path: string): Promise<JWK> {
  const made = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  await mkdir(folder, { recursive: true });
  const fresh = `${path}.${randomUUID()}`;
  await writeFile(fresh, JSON.stringify(await exportJWK(made.privateKey)), { mode: 0o600, flush: true });
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return Stored.parse(JSON.parse(await readFile(path, 'utf8')));
}

async function keyPair(jwk: JWK): Promise<KeyPair> {
  const bare = { kty: 'RSA', n: jwk.n as string, e: jwk.e as string } as const;
  const kid = await calculateJwkThumbprint(bare);
  return {
    kid,
    private: (await importJWK(jwk, 'RS256')) as CryptoKey,
    public: (await importJWK(bare, 'RS256')) as CryptoKey,
    shown: { ...bare, use: 'sig', alg: 'RS256', kid },
  };
}

/** Whom a token is for. */
export interface Bearer {
  clientId: string;
  /** What a person let an application do; undefined where a client speaks for itself. */
  grantId?: string | undefined;
  lifetimeS: number;
  userId: string;
  email: string;
  orgId: string;
  orgName: string;
  scopes: string[];
}

/** An access token. `now` in epoch milliseconds; `audience` is this hub's public address. */
export async function signToken(
  key: KeyPair,
  bearer: Bearer,
  audience: string,
  now: number,
): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT(claims(bearer))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(bearer.userId)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setNotBefore(seconds - 60)
    .setExpirationTime(seconds + bearer.lifetimeS)
    .sign(key.private);
}

/** A token for a relay module, whose claims are the settings of the module. */
export const signClaims = (key: KeyPair, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid }).sign(key.private);

function claims(bearer: Bearer): JWTPayload {
  return {
    email: bearer.email,
    [`${CLAIM}user/id`]: bearer.userId,
    [`${CLAIM}user/email`]: bearer.email,
    [`${CLAIM}user/scopes`]: bearer.scopes,
    [`${CLAIM}org/id`]: bearer.orgId,
    [`${CLAIM}org/name`]: bearer.orgName,
    [`${CLAIM}scopes`]: bearer.scopes,
    [`${CLAIM}oauth/client/id`]: bearer.clientId,
    [`${CLAIM}oauth/user/id`]: bearer.userId,
    [`${CLAIM}oauth/scopes`]: bearer.scopes,
    [`${CLAIM}oauth/grant`]: bearer.grantId === undefined ? 'client-creds' : 'auth-code',
    ...(bearer.grantId === undefined ? {} : { [GRANT]: bearer.grantId }),
    [`${CLAIM}oauth/kind`]: 'access-token',
    [`${CLAIM}version`]: '1',
  };
}

const Claims = z.looseObject({
  jti: z.string(),
  [`${CLAIM}org/id`]: z.string(),
  [`${CLAIM}oauth/client/id`]: z.string(),
  [`${CLAIM}oauth/kind`]: z.literal('access-token'),
  [`${CLAIM}scopes`]: z.array(z.string()),
  [GRANT]: z.string().optional(),
});

export type Checked =
  | { ok: true; jti: string; clientId: string; orgId: string; scopes: string[]; grantId: string | undefined }
  | { ok: false; reason: string };

/** Whether a token is one of ours, for us and still good; `reason` says why not. */
export async function checkToken(
  key: KeyPair,
  token: string,
  audience: string,
  now: number,
): Promise<Checked> {
  try {
    const { payload } = await jwtVerify(token, key.public, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience,
      currentDate: new Date(now),
      clockTolerance: 0,
    });
    const read = Claims.parse(payload) as Record<string, unknown>;
    return {
      ok: true,
      jti: read.jti as string,
      clientId: read[`${CLAIM}oauth/client/id`] as string,
      orgId: read[`${CLAIM}org/id`] as string,
      scopes: read[`${CLAIM}scopes`] as string[],
      grantId: read[GRANT] as string | undefined,
    };
  } catch (error) {
    return { ok: false, reason: whyNot(error, now) };
  }
}

function whyNot(error: unknown, now: number): string {
  if (error instanceof errors.JWTExpired) {
    const since = Math.max(1, Math.floor(now / 1000) - Number(error.payload.exp));
    return `(${error.payload.jti}) This JWT max lifetime has expired since ${since}s`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of this JWT is not valid';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The claim ${error.claim} of this JWT is not valid`;
  if (error instanceof z.ZodError) return 'This JWT is not an access token of an API client';
  return 'This is not a JWT that can be read';
}
