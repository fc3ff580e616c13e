/** A device's proof that it holds its key: a short JWT signed by it (RFC 7523, RFC 8037). */
import { fail, type PublicKey } from '@sightline/api';
import { decodeJwt, errors, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Nonces } from './nonce.ts';

/** Seconds that the clocks of device and exchange may differ. */
const SKEW_S = 300;
/** Seconds that a proof may live. */
const LIFETIME_S = 60;

const Claims = z.object({
  exp: z.number(),
  nonce: z.string().max(128),
  /** The `x` of the key that is to follow (rotation). */
  key: z.string().max(64).optional(),
});
type Claims = z.infer<typeof Claims>;

export interface ProofDeps {
  nonces: Nonces;
  publicUrl: () => string;
  clock: () => number;
}

/** The `sub` of a proof before it has been checked: it only finds the key. */
export function claimedSubject(proof: string): string {
  try {
    return decodeJwt(proof).sub ?? '';
  } catch (cause) {
    throw fail('bad_proof', { reason: 'it is not a JWT' }, { cause });
  }
}

/**
 * Throws `bad_proof` unless the JWT is signed by this key (EdDSA only), names this exchange and `subject`, is
 * fresh, and brings a nonce of ours that has not been used. The key never comes from the JWT's own header.
 * @returns what it claims
 */
export async function checkProof(
  deps: ProofDeps,
  proof: string,
  key: PublicKey,
  subject: string,
): Promise<Claims> {
  const now = deps.clock();
  const claims = await verified(deps, proof, key, subject, now);
  if (claims.exp - now / 1000 > LIFETIME_S + SKEW_S)
    throw fail('bad_proof', { reason: 'it is valid for too long' });
  const reason = deps.nonces.spend(claims.nonce, now);
  if (reason) throw fail('bad_proof', { reason });
  return claims;
}

async function verified(deps: ProofDeps, proof: string, key: PublicKey, subject: string, now: number) {
  const url = deps.publicUrl();
  try {
    const { payload } = await jwtVerify(proof, await importJWK(key, 'EdDSA'), {
      algorithms: ['EdDSA'],
      audience: [url, `${url}/`],
      subject,
      currentDate: new Date(now),
      clockTolerance: SKEW_S,
      requiredClaims: ['exp', 'nonce'],
    });
    return Claims.parse(payload);
  } catch (cause) {
    throw fail('bad_proof', { reason: why(cause, url) }, { cause });
  }
}

function why(error: unknown, url: string): string {
  if (error instanceof errors.JWTExpired) return 'it has expired; check the clock of the appliance';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return `it is not meant for ${url}`;
  if (error instanceof errors.JWTClaimValidationFailed)
    return `its claim ${error.claim} is not as it must be`;
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'it was not signed by the key of the device';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it must be signed with EdDSA';
  return 'it cannot be read';
}
