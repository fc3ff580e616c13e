/** Tokens for API clients: OAuth 2.0 client credentials (RFC 6749 4.4) under the paths that CTR clients know. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'oauth';

/** The client says who it is by HTTP Basic, or by `client_id` and `client_secret` in the form. */
export const issueToken = endpoint({
  method: 'POST',
  path: '/iroh/oauth2/token',
  summary: 'An access token for an API client (client credentials)',
  tag,
  permission: 'public',
  takes: 'application/x-www-form-urlencoded',
  /** Names that come twice are arrays here; the endpoint refuses them in RFC 6749's words. */
  body: z.record(z.string().max(64), z.union([z.string().max(4096), z.array(z.string())])),
  answer: z.object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    /** Seconds. */
    expires_in: z.int(),
    /** Names with spaces between. */
    scope: z.string(),
  }),
});

/** RFC 8414. The issuer is a name, not an address, because the clients of CTR know it so. */
export const OauthMetadata = z.object({
  issuer: z.string(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  scopes_supported: z.array(z.string()),
});

export const oauthMetadata = endpoint({
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  summary: 'Where tokens come from and which scopes there are (RFC 8414)',
  tag,
  permission: 'public',
  answer: OauthMetadata,
});

export const openidConfiguration = endpoint({
  method: 'GET',
  path: '/.well-known/openid-configuration',
  summary: 'The same, where older clients look for it',
  tag,
  permission: 'public',
  answer: OauthMetadata,
});

export const listKeys = endpoint({
  method: 'GET',
  path: '/.well-known/jwks',
  summary: 'Public keys that the tokens of this hub are signed with (RFC 7517)',
  tag,
  permission: 'public',
  answer: z.object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        use: z.literal('sig'),
        alg: z.literal('RS256'),
        kid: z.string(),
        n: z.string(),
        e: z.string(),
      }),
    ),
  }),
});
