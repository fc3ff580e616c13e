/** API clients over HTTP: list, add (the password is shown this once), delete. */
import { addApiClient, deleteApiClient, fail, listApiClients } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { addClient, dropClient, listClients } from './clients.ts';
import { hashSecret, newClientId, newSecret } from './oauth.ts';

export function clientRoutes(on: Mount<Caller>, deps: Pick<Deps, 'db' | 'audit' | 'clock'>): void {
  const { db, clock } = deps;
  const note = (caller: Caller, action: string, name: string, text: string): Promise<void> =>
    deps.audit({ orgId: caller.orgId, actor: caller.name, action, object: name, text, peer: caller.peer });

  on(listApiClients, async ({ caller }) => ({ clients: await listClients(db, caller.orgId) }));

  on(addApiClient, async ({ caller, body }) => {
    const id = newClientId();
    const password = newSecret();
    const now = clock();
    const { name, scopes } = body;
    await addClient(
      db,
      { id, orgId: caller.orgId, name, scopes, secretHash: hashSecret(password), createdBy: caller.id },
      now,
    );
    await note(caller, 'client.added', name, `Added the API client ${id} with ${scopes.join(', ')}`);
    const created = new Date(now).toISOString();
    return { client: { id, name, scopes, created, createdBy: caller.name, lastUsed: null }, password };
  });

  on(deleteApiClient, async ({ caller, params }) => {
    const name = await dropClient(db, caller.orgId, params.id);
    if (name === undefined) throw fail('not_found', { what: 'API client' });
    await note(caller, 'client.deleted', name, `Deleted the API client ${params.id}`);
    return undefined;
  });
}
