/** A program instead of a person: client credentials, inspect, observe, as tools written for CTR do it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addApiClient } from '@sightline/api';
import { send } from '@sightline/demo/mail/send';
import { TEST_MAIL } from '@sightline/demo/mail/write';
import { addEmailModule, enableCloud, enter, register } from '@sightline/demo/steps';
import { freePorts, openWorld, type World } from '@sightline/demo/world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOGIN, ORGANISATION } from './system.ts';

const quiet = { step: () => {}, count: () => {} };

describe('an API client', () => {
  let world: World;
  let dir: string;
  let hub: string;
  let id: string;
  let password: string;
  let token: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sightline-api-'));
    world = await openWorld({ dataDir: dir, ports: await freePorts() });
    hub = world.hubs.AMERICAS.url;
    const portal = await enter(hub, LOGIN, world.hubs.AMERICAS.setupToken, ORGANISATION);
    const console_ = await enter(world.console.url, LOGIN, world.console.setupToken, ORGANISATION);
    await enableCloud(console_.call, quiet);
    await register(portal.call, console_.call, quiet);
    await addEmailModule(portal.call, quiet);
    const made = await portal.call(addApiClient, {
      body: { name: 'soar', scopes: ['inspect:read', 'enrich:read'] },
    });
    id = made.client.id;
    password = made.password ?? '';
    expect((await send(TEST_MAIL, world.smtp)).accepted).toBe(true);
  });
  afterAll(async () => {
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const post = (path: string, body: unknown, bearer = token): Promise<Response> =>
    fetch(hub + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('gets an access token for its id and password', async () => {
    const res = await fetch(`${hub}/iroh/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${id}:${password}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    const answer = (await res.json()) as Record<string, unknown>;
    expect(res.status).toBe(200);
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 600 });
    token = String(answer.access_token);
  });

  it('inspects text', async () => {
    const res = await post('/iroh/iroh-inspect/inspect', {
      content: 'seen from 127.10.1[.]10, subject:"test test"',
    });
    expect(await res.json()).toEqual([
      { type: 'ip', value: '127.10.1.10' },
      { type: 'email_subject', value: 'test test' },
    ]);
  });

  it('observes: the sighting has target, relations and source_uri', async () => {
    const observables = [{ type: 'email_subject', value: 'test test' }];
    await expect
      .poll(
        async () => {
          const answer = (await (
            await post('/iroh/iroh-enrich/observe/observables', observables)
          ).json()) as {
            data: { data: { sightings?: { count: number } } }[];
          };
          return answer.data[0]?.data.sightings?.count;
        },
        { timeout: 5000 },
      )
      .toBe(1);
    const answer = await (await post('/iroh/iroh-enrich/observe/observables', observables)).json();
    expect(answer).not.toHaveProperty('errors');
    expect(answer).toMatchObject({
      data: [
        {
          module: 'esa03',
          data: {
            sightings: {
              docs: [
                {
                  type: 'sighting',
                  source: 'esa03',
                  source_uri: expect.stringMatching(/^http/),
                  observables,
                  targets: [
                    { type: 'email', observables: [{ type: 'email', value: 'mara.lindqvist@example.com' }] },
                  ],
                },
              ],
            },
          },
        },
      ],
    });
  });

  it('is refused without a token, and beyond its scopes', async () => {
    const without = await fetch(`${hub}/iroh/iroh-enrich/settings`);
    expect([without.status, await without.json()]).toMatchObject([401, { error: 'invalid_request' }]);
    const garbage = await post('/iroh/iroh-inspect/inspect', { content: 'x' }, 'abc');
    expect(garbage.status).toBe(401);
    const portal = await fetch(`${hub}/api/devices`, { headers: { authorization: `Bearer ${token}` } });
    expect([401, 403]).toContain(portal.status);
  });
});
