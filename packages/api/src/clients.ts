/** API clients: programs that log in by themselves, and applications that people let act for them. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/**
 * What scopes begin with (CTR's names) and what can be asked of each. A scope is `root[/sub…][:read|:write]`: a parent
 * covers its children, without a suffix it covers both.
 */
export const SCOPE_ROOTS = {
  inspect: 'read',
  enrich: 'read',
  response: 'both',
  integration: 'both',
  'private-intel': 'both',
  'global-intel': 'read',
  casebook: 'both',
  investigation: 'both',
  asset: 'both',
  feedback: 'both',
  event: 'read',
  webhook: 'both',
  sse: 'both',
  profile: 'both',
  users: 'both',
  oauth: 'both',
  admin: 'both',
} as const satisfies Record<string, 'read' | 'both'>;
export type ScopeRoot = keyof typeof SCOPE_ROOTS;

/** Every scope that stands for a whole root. */
export const SCOPES: readonly string[] = Object.entries(SCOPE_ROOTS).map(([root, access]) =>
  access === 'read' ? `${root}:read` : root,
);

const FORM = /^([a-z][a-z0-9-]*)((?:\/[a-z0-9][a-z0-9_-]*)*)(?::(read|write))?$/;

/** Why this is no scope that a client can have; '' when it is one. */
export function scopeProblem(text: string): string {
  const [, root = '', , access] = FORM.exec(text) ?? [];
  if (root === '') return 'A scope is written like enrich:read or private-intel/incident:read.';
  if (!Object.hasOwn(SCOPE_ROOTS, root)) return `There is no scope ${root}.`;
  const readOnly = SCOPE_ROOTS[root as ScopeRoot] === 'read';
  return readOnly && access !== 'read' ? `${root} can only be read: write ${root}:read.` : '';
}

const Scope = z
  .string()
  .max(128)
  .superRefine((text, c) => {
    const problem = scopeProblem(text);
    if (problem) c.addIssue({ code: 'custom', message: problem });
  });
const Scopes = z.array(Scope).min(1, 'Choose at least one scope.').max(64);

/** Scopes that are often wanted together. */
export const PRESETS: readonly { id: string; label: string; text: string; scopes: readonly string[] }[] = [
  {
    id: 'investigate',
    label: 'Investigation',
    text: 'Find observables in a text and ask the modules about them',
    scopes: ['inspect:read', 'enrich:read', 'integration:read'],
  },
  {
    id: 'respond',
    label: 'Investigation and response',
    text: 'The same, and act on what was found',
    scopes: ['inspect:read', 'enrich:read', 'integration:read', 'response'],
  },
  {
    id: 'intel',
    label: 'Threat intelligence',
    text: 'Keep judgements, indicators, incidents and casebooks in step with another system',
    scopes: [
      'inspect:read',
      'private-intel',
      'global-intel:read',
      'casebook',
      'asset',
      'feedback',
      'event:read',
    ],
  },
  {
    id: 'exchange',
    label: 'Exchange automation',
    text: 'List devices, mint registration tokens, read consoles of devices',
    scopes: ['sse'],
  },
  {
    id: 'ctr',
    label: 'Cisco Threat Response client',
    text: 'What tools written for Cisco Threat Response use',
    scopes: [
      'inspect:read',
      'enrich:read',
      'response',
      'integration',
      'private-intel',
      'global-intel:read',
      'casebook',
      'asset',
      'feedback',
      'event:read',
      'sse',
      'profile',
      'users:read',
    ],
  },
];

/** Seconds that an access token can be good for; the first is what clients of CTR expect. */
export const LIFETIMES_S = [600, 3600, 8 * 3600, 24 * 3600] as const;
const lifetimeS = z
  .int()
  .refine((s) => (LIFETIMES_S as readonly number[]).includes(s), `One of ${LIFETIMES_S.join(', ')} seconds.`);

/** Hours for which the password of before is still good after a new one was made. */
export const KEEP_HOURS = [0, 1, 24, 168] as const;

/** `credentials` logs in by itself; `code` acts for people who let it (authorization code with PKCE). */
export const ClientKind = z.enum(['credentials', 'code']);

/** Where an application gets its answer. A scheme of its own (`app.example:/done`) is for applications on a desk. */
const Redirect = z
  .string()
  .max(1024)
  .refine(isRedirect, 'Enter an address with https://, http:// on this machine only, without #.');

function isRedirect(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, hash, username, password } = new URL(text);
  if (text.includes('#') || hash !== '' || username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  if (protocol === 'http:') return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol);
}

export const ClientSecret = z.object({
  id: z.string(),
  created: z.iso.datetime(),
  /** When it ends because another one took its place; null: it does not. */
  expires: z.iso.datetime().nullable(),
  lastUsed: z.iso.datetime().nullable(),
});

export const ApiClient = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  kind: ClientKind,
  scopes: z.array(z.string()),
  /** Of its access tokens, seconds. */
  lifetimeS: z.int(),
  /** Exact addresses that codes are sent to. */
  redirects: z.array(z.string()),
  /** Has a password; false for an application that cannot keep one. */
  confidential: z.boolean(),
  disabled: z.boolean(),
  created: z.iso.datetime(),
  /** Its owner: what the owner may not (any more), the client may not. '' when he is gone. */
  createdBy: z.string(),
  /** Whether the owner can log in; without one the client cannot either. */
  owned: z.boolean(),
  lastUsed: z.iso.datetime().nullable(),
  /** Passwords that are good now, newest first. */
  secrets: z.array(ClientSecret),
});
export type ApiClient = z.infer<typeof ApiClient>;

/** Calls within the last hour, against what all programs of the organisation may have together. */
export const ClientRequests = z.object({
  limit: z.int(),
  used: z.int(),
  /** By the id of the client. */
  byClient: z.record(z.string(), z.int()),
});
export type ClientRequests = z.infer<typeof ClientRequests>;

const tag = 'clients';
const byId = z.object({ id: z.string().max(64) });
const name = z.string().trim().min(1, 'Enter a name.').max(128);
const description = z.string().trim().max(1024);
const redirects = z.array(Redirect).max(10, 'At most 10 redirect addresses.');

export const listApiClients = endpoint({
  method: 'GET',
  path: '/api/clients',
  summary: 'API clients of the organisation',
  tag,
  permission: 'client:read',
  answer: z.object({ clients: z.array(ApiClient), requests: ClientRequests }),
});

export const addApiClient = endpoint({
  method: 'POST',
  path: '/api/clients',
  summary: 'Add an API client; its password is shown this once',
  tag,
  permission: 'client:write',
  body: z
    .object({
      name,
      description: description.default(''),
      kind: ClientKind.default('credentials'),
      scopes: Scopes,
      lifetimeS: lifetimeS.default(LIFETIMES_S[0]),
      redirects: redirects.default([]),
      confidential: z.boolean().default(true),
    })
    .refine((b) => b.kind !== 'code' || b.redirects.length > 0, {
      path: ['redirects'],
      message: 'Enter the address that the application gets its answer at.',
    }),
  /** `password` is null for an application that cannot keep one. */
  answer: z.object({ client: ApiClient, password: z.string().nullable() }),
});

export const editApiClient = endpoint({
  method: 'PATCH',
  path: '/api/clients/:id',
  summary: 'Change an API client, disable or enable it; tokens lose scopes that it loses',
  tag,
  permission: 'client:write',
  params: byId,
  body: z.object({
    name: name.optional(),
    description: description.optional(),
    scopes: Scopes.optional(),
    lifetimeS: lifetimeS.optional(),
    redirects: redirects.optional(),
    disabled: z.boolean().optional(),
  }),
  answer: ApiClient,
});

export const rotateApiClient = endpoint({
  method: 'POST',
  path: '/api/clients/:id/secrets',
  summary: 'A new password for an API client, shown this once; the one before stays good for `keepHours`',
  tag,
  permission: 'client:write',
  params: byId,
  body: z.object({
    keepHours: z
      .int()
      .refine((h) => (KEEP_HOURS as readonly number[]).includes(h), `One of ${KEEP_HOURS.join(', ')} hours.`)
      .default(24),
  }),
  answer: z.object({ client: ApiClient, password: z.string() }),
});

export const endApiClientSecret = endpoint({
  method: 'DELETE',
  path: '/api/clients/:id/secrets/:secret',
  summary: 'End one password of an API client at once',
  tag,
  permission: 'client:write',
  params: byId.extend({ secret: z.string().max(64) }),
  answer: ApiClient,
});

export const adoptApiClient = endpoint({
  method: 'POST',
  path: '/api/clients/:id/adopt',
  summary: 'Become the owner of an API client, whose rights are then bounded by the new owner',
  tag,
  permission: 'client:write',
  params: byId,
  answer: ApiClient,
});

export const deleteApiClient = endpoint({
  method: 'DELETE',
  path: '/api/clients/:id',
  summary: 'Delete an API client; its tokens stop working',
  tag,
  permission: 'client:write',
  params: byId,
});
