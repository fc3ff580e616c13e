/** API clients over HTTP: list, add (the password is shown this once), change, new passwords, delete. */
import {
  type ApiClient,
  addApiClient,
  adoptApiClient,
  deleteApiClient,
  editApiClient,
  endApiClientSecret,
  fail,
  listApiClients,
  rotateApiClient,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import {
  addClient,
  addSecret,
  type ClientChange,
  changeClient,
  dropClient,
  dropSecret,
  listClients,
  shownClient,
} from './clients.ts';
import { hashSecret, newClientId, newSecret } from './oauth.ts';
import type { Rate } from './rate.ts';

type RouteDeps = Pick<Deps, 'db' | 'audit' | 'clock'> & { rate: Rate };
const HOUR_MS = 3_600_000;

export function clientRoutes(on: Mount<Caller>, deps: RouteDeps): void {
  const { db, clock } = deps;
  on(listApiClients, async ({ caller }) => {
    const clients = await listClients(db, caller.orgId, clock());
    return { clients, requests: requests(deps.rate, caller.orgId, clients, clock()) };
  });
  on(addApiClient, ({ caller, body }) => add(deps, caller, body));
  on(editApiClient, ({ caller, params, body }) => edit(deps, caller, params.id, body));
  on(rotateApiClient, ({ caller, params, body }) => rotate(deps, caller, params.id, body.keepHours));
  on(endApiClientSecret, ({ caller, params }) => endSecret(deps, caller, params.id, params.secret));
  on(adoptApiClient, ({ caller, params }) => {
    const text = `Took over the API client ${params.id}`;
    return change(deps, caller, params.id, { owner: caller.id }, 'client.adopted', text);
  });
  on(deleteApiClient, async ({ caller, params }) => {
    const name = await dropClient(db, caller.orgId, params.id);
    if (name === undefined) throw missing();
    await note(deps, caller, 'client.deleted', name, `Deleted the API client ${params.id}`);
    return undefined;
  });
}

const requests = (rate: Rate, orgId: string, clients: readonly ApiClient[], now: number) => ({
  limit: rate.limit,
  used: rate.used(orgId, now),
  byClient: Object.fromEntries(clients.map(({ id }) => [id, rate.used(id, now)])),
});

const missing = () => fail('not_found', { what: 'API client' });

const note = (
  deps: RouteDeps,
  { orgId, name: actor, peer }: Caller,
  action: string,
  object: string,
  text: string,
  tx?: Db,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer }, tx);

type New = Pick<
  ApiClient,
  'name' | 'description' | 'kind' | 'scopes' | 'lifetimeS' | 'redirects' | 'confidential'
>;

async function add(deps: RouteDeps, caller: Caller, given: New) {
  const id = newClientId();
  const now = deps.clock();
  // one that speaks for itself is nothing without a password
  const confidential = given.kind === 'credentials' || given.confidential;
  const password = confidential ? newSecret() : null;
  const { name, scopes } = given;
  await deps.db.transaction().execute(async (tx) => {
    await addClient(tx, { ...given, id, orgId: caller.orgId, confidential, owner: caller.id }, now);
    if (password !== null)
      await addSecret(
        tx,
        { orgId: caller.orgId, clientId: id, hash: hashSecret(password), keepUntil: now },
        now,
      );
    await note(
      deps,
      caller,
      'client.added',
      name,
      `Added the API client ${id} with ${scopes.join(', ')}`,
      tx,
    );
  });
  return { client: await existing(deps, caller, id), password };
}

async function existing(deps: RouteDeps, caller: Caller, id: string): Promise<ApiClient> {
  const client = await shownClient(deps.db, caller.orgId, id, deps.clock());
  if (!client) throw missing();
  return client;
}

async function edit(deps: RouteDeps, caller: Caller, id: string, to: ClientChange): Promise<ApiClient> {
  const before = await existing(deps, caller, id);
  if (to.disabled !== undefined && to.disabled !== before.disabled) {
    const action = to.disabled ? 'client.disabled' : 'client.enabled';
    return change(
      deps,
      caller,
      id,
      to,
      action,
      `${to.disabled ? 'Disabled' : 'Enabled'} the API client ${id}`,
    );
  }
  const scopes = to.scopes === undefined ? '' : `; scopes ${to.scopes.join(', ')}`;
  return change(deps, caller, id, to, 'client.edited', `Changed the API client ${id}${scopes}`);
}

async function change(
  deps: RouteDeps,
  caller: Caller,
  id: string,
  to: ClientChange,
  action: string,
  text: string,
): Promise<ApiClient> {
  if (!(await changeClient(deps.db, caller.orgId, id, to))) throw missing();
  const client = await existing(deps, caller, id);
  await note(deps, caller, action, client.name, text);
  return client;
}

async function rotate(deps: RouteDeps, caller: Caller, id: string, keepHours: number) {
  const { name, confidential } = await existing(deps, caller, id);
  if (!confidential) throw fail('client_public', { client: name });
  const now = deps.clock();
  const password = newSecret();
  const kept = { orgId: caller.orgId, clientId: id, hash: hashSecret(password) };
  await deps.db.transaction().execute(async (tx) => {
    await addSecret(tx, { ...kept, keepUntil: now + keepHours * HOUR_MS }, now);
    const text = `New password for the API client ${id}; the one before ends ${keepHours === 0 ? 'at once' : `in ${keepHours} hours`}`;
    await note(deps, caller, 'client.rotated', name, text, tx);
  });
  return { client: await existing(deps, caller, id), password };
}

async function endSecret(deps: RouteDeps, caller: Caller, id: string, secret: string): Promise<ApiClient> {
  const { name } = await existing(deps, caller, id);
  if (!(await dropSecret(deps.db, caller.orgId, id, secret))) throw fail('not_found', { what: 'password' });
  await note(deps, caller, 'client.secret_ended', name, `Ended a password of the API client ${id}`);
  return existing(deps, caller, id);
}
