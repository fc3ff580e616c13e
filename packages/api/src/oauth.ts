/**
 * Tokens: OAuth 2.0 client credentials (RFC 6749 4.4) for API clients, authorization code with PKCE (RFC 7636) for
 * applications that act for people, under the paths that CTR clients know.
 */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'oauth';

/** Names that come twice are arrays here; the endpoints refuse them in RFC 6749's words. */
const Form = z.record(z.string().max(64), z.union([z.string().max(4096), z.array(z.string())]));

const Issued = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  /** Seconds. */
  expires_in: z.int(),
  /** Names with spaces between. */
  scope: z.string(),
  /** For applications that act for people: good once, the next one comes with its answer. */
  refresh_token: z.string().optional(),
});

/** The client says who it is by HTTP Basic, or by `client_id` and `client_secret` in the form. */
export const issueToken = endpoint({
  method: 'POST',
  path: '/iroh/oauth2/token',
  summary: 'An access token (client credentials, authorization code, refresh token)',
  tag,
  permission: 'public',
  takes: 'application/x-www-form-urlencoded',
  body: Form,
  answer: Issued,
});

export const refreshToken = endpoint({
  method: 'POST',
  path: '/iroh/oauth2/refresh',
  summary: 'The same, where clients of CTR bring their refresh tokens',
  tag,
  permission: 'public',
  takes: 'application/x-www-form-urlencoded',
  body: Form,
  answer: Issued,
});

export const revokeGrant = endpoint({
  method: 'POST',
  path: '/iroh/oauth2/revoke',
  summary: 'End what a person let an application do, by its refresh or access token (RFC 7009)',
  tag,
  permission: 'public',
  takes: 'application/x-www-form-urlencoded',
  body: Form,
  answer: z.object({}),
});

/** Sends the browser on to the page where the person decides; never to an address that is not registered. */
export const authorize = endpoint({
  method: 'GET',
  path: '/iroh/oauth2/authorize',
  summary: 'Where an application sends people to let it act for them (RFC 6749 4.1, RFC 7636)',
  tag,
  permission: 'public',
  query: Form,
  media: 'text/plain',
  answer: z.string(),
});

/** What an application asks for, as it came with the browser. */
const Asked = z.object({
  client_id: z.string().max(64),
  redirect_uri: z.string().max(1024),
  response_type: z.string().max(32).default(''),
  scope: z.string().max(4096).default(''),
  state: z.string().max(4096).default(''),
  code_challenge: z.string().max(128).default(''),
  code_challenge_method: z.string().max(16).default(''),
});
export type AuthorizationAsked = z.infer<typeof Asked>;

export const lookAtAuthorization = endpoint({
  method: 'GET',
  path: '/api/oauth/authorization',
  summary: 'What an application asks of the person who is logged in',
  tag,
  permission: 'session',
  query: Asked,
  answer: z.object({
    name: z.string(),
    description: z.string(),
    /** Where the answer goes. */
    redirectHost: z.string(),
    scopes: z.array(z.string()),
    /** Of these, what the role of the person does not allow. */
    beyond: z.array(z.string()),
  }),
});

export const decideAuthorization = endpoint({
  method: 'POST',
  path: '/api/oauth/authorization',
  summary:
    'Let an application act for the person who is logged in, or not; answers where the browser goes next',
  tag,
  permission: 'session',
  body: Asked.extend({ approved: z.boolean() }),
  answer: z.object({ redirect: z.string() }),
});

export const Application = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  since: z.iso.datetime(),
  lastUsed: z.iso.datetime().nullable(),
});
export type Application = z.infer<typeof Application>;

export const listApplications = endpoint({
  method: 'GET',
  path: '/api/account/applications',
  summary: 'Applications that may act for the person who is logged in',
  tag: 'account',
  permission: 'session',
  answer: z.object({ applications: z.array(Application) }),
});

export const endApplication = endpoint({
  method: 'DELETE',
  path: '/api/account/applications/:id',
  summary: 'Stop an application from acting for oneself; its tokens stop working',
  tag: 'account',
  permission: 'session',
  params: z.object({ id: z.string().max(64) }),
});

/** RFC 8414. The issuer is a name, not an address, because the clients of CTR know it so. */
export const OauthMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  revocation_endpoint: z.url(),
  jwks_uri: z.url(),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  code_challenge_methods_supported: z.array(z.string()),
  authorization_response_iss_parameter_supported: z.boolean(),
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
