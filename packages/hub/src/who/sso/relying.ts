/** This hub as the relying party of an OpenID provider: code flow with PKCE, state and nonce, by openid-client. */
import * as oidc from 'openid-client';
import type { Provider } from './store.ts';

export interface Relying {
  /** Where the browser goes, and what has to be remembered until it comes back. */
  begin(
    provider: Provider,
    redirect: string,
  ): Promise<{ url: string; state: string; nonce: string; verifier: string }>;
  /** The claims of whoever came back. Rejects when anything is not as it must be. */
  finish(
    provider: Provider,
    came: URL,
    kept: { state: string; nonce: string; verifier: string },
  ): Promise<Record<string, unknown>>;
  /** What the provider says of itself, read anew. Rejects when it cannot be read. */
  look(provider: Provider): Promise<{ issuer: string; endpoint: string }>;
}

export interface RelyingDeps {
  /** Of the provider's sealed secret; '' for none. */
  secretOf(provider: Provider): string;
  fetch?: typeof fetch | undefined;
  clock(): number;
}

const SCOPE = 'openid profile email';
const TIMEOUT_S = 10;
/** What a provider says of itself is read again after so long. */
const FRESH_MS = 3_600_000;

export function relyingParty(deps: RelyingDeps): Relying {
  const known = new Map<string, { at: number; changed: number; config: oidc.Configuration }>();
  const configuration = async (provider: Provider): Promise<oidc.Configuration> => {
    const kept = known.get(provider.id);
    const now = deps.clock();
    if (kept?.changed === provider.changed && now - kept.at < FRESH_MS) return kept.config;
    const config = await discovered(deps, provider);
    known.set(provider.id, { at: now, changed: provider.changed, config });
    return config;
  };
  return {
    begin: async (provider, redirect) => {
      const config = await configuration(provider);
      const verifier = oidc.randomPKCECodeVerifier();
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state, nonce, verifier };
    },
    finish: async (provider, came, { state, nonce, verifier }) => {
      const config = await configuration(provider);
      const tokens = await oidc.authorizationCodeGrant(config, came, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims() as oidc.IDToken;
      if (claims.email !== undefined || !config.serverMetadata().userinfo_endpoint) return { ...claims };
      return { ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
    },
    look: async (provider) => {
      const { issuer, authorization_endpoint = '' } = (await discovered(deps, provider)).serverMetadata();
      return { issuer, endpoint: authorization_endpoint };
    },
  };
}

async function discovered(deps: RelyingDeps, provider: Provider): Promise<oidc.Configuration> {
  const secret = deps.secretOf(provider);
  const isPlain = provider.issuer.startsWith('http:');
  return oidc.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    secret === '' ? oidc.None() : authentication(secret),
    {
      timeout: TIMEOUT_S,
      ...(isPlain ? { execute: [oidc.allowInsecureRequests] } : {}),
      ...(deps.fetch ? { [oidc.customFetch]: deps.fetch as oidc.CustomFetch } : {}),
    },
  );
}

/** As the provider takes it; HTTP Basic where it does not say (OpenID Connect Discovery 3). */
function authentication(secret: string): oidc.ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}
