/** How a relay knows this hub: the Authorization header of one call. */
import { fail } from '@sightline/api';
import { importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { claimsOf, type Relay } from './settings.ts';

export interface TokenDeps {
  /** Signs with this hub's key for modules (RS256), which /.well-known/jwks shows under `kid`. */
  sign(claims: JWTPayload): Promise<string>;
  /** Host of this hub's public address, with its port if it has one. */
  host(): string;
  /** Epoch milliseconds. */
  clock(): number;
}

/** Seconds that a token for a relay is good for. */
const LIFETIME_S = 600;

/** @throws `malformed_settings` when the key of the settings cannot sign */
export async function authorization(relay: Relay, deps: TokenDeps): Promise<Record<string, string>> {
  const text = (key: string): string => String(relay.all[key] ?? '');
  switch (relay.auth) {
    case 'none':
      return {};
    case 'authorization-header':
      return { authorization: text('authorization-header') };
    case 'bearer':
      return { authorization: `Bearer ${text('token')}` };
    case 'basic':
      return { authorization: basic(text('basic-auth-user') || text('user'), text('basic-auth-password')) };
    case 'configuration-token':
      return { authorization: `Bearer ${await configurationToken(relay, deps)}` };
    case 'custom-jwt':
      return { authorization: `Bearer ${await customJwt(relay, deps)}` };
  }
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const times = (now: number): JWTPayload => {
  const iat = Math.floor(now / 1000);
  return { iat, nbf: iat - 60, exp: iat + LIFETIME_S };
};

/** The settings of the module as claims; the relay checks audience and signature, and reads the claims. */
async function configurationToken(relay: Relay, deps: TokenDeps): Promise<string> {
  const claims = { ...customClaims(relay), ...times(deps.clock()), aud: audienceOf(relay) };
  if (relay.all['configuration-token-alg'] !== 'HS256')
    return deps.sign({ ...claims, jwks_host: jwksHost(relay, deps.host()) });
  const key = String(relay.all['configuration-token-key'] ?? '');
  return signed(claims, { alg: 'HS256', key });
}

/** As the relay sees its own root. */
const audienceOf = ({ all, url }: Relay): string => String(all['configuration-token-audience'] || url);

const customClaims = ({ all }: Relay): JWTPayload =>
  Object.fromEntries(
    Object.entries(all)
      .filter(([key, value]) => key.startsWith('custom_') && value !== null && value !== '')
      .map(([key, value]) => [key.slice('custom_'.length), value]),
  );

/** Documents are published with the host of the vendor's cloud, which has keys that do not sign here. */
function jwksHost({ all }: Relay, own: string): string {
  const said = String(all.custom_jwks_host ?? '');
  return said === '' || /(^|\.)(amp|security)\.cisco\.com$/i.test(said) ? own : said;
}

async function customJwt({ all }: Relay, deps: TokenDeps): Promise<string> {
  const said = String(all['custom-jwt-alg'] || 'HS256');
  const claims = { ...times(deps.clock()), ...claimsOf(all['custom-jwt-claims']) };
  const kid = all['custom-jwt-kid'] ? String(all['custom-jwt-kid']) : undefined;
  return signed(claims, { alg: said, key: String(all['custom-jwt-key'] ?? ''), kid });
}

async function signed(
  claims: JWTPayload,
  { alg, key, kid }: { alg: string; key: string; kid?: string | undefined },
): Promise<string> {
  try {
    const own = alg.startsWith('HS') ? new TextEncoder().encode(key) : await importPKCS8(key, alg);
    const header = { alg, typ: 'JWT', ...(kid ? { kid } : {}) };
    return await new SignJWT(claims).setProtectedHeader(header).sign(own);
  } catch (cause) {
    throw fail('signing_failed', { alg }, { cause });
  }
}
