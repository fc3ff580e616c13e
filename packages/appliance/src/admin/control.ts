/**
 * The same API for the command line of this machine, over a socket that only the user of this program (and root)
 * can open: whoever can, could read the data beside it too. No session; the history names the user as `cli:name`.
 */
import { fail } from '@sightline/api';
import { httpApp, mounter } from '@sightline/api/http';
import type { Hono } from 'hono';
import type { Mta } from '../mta/contract.ts';
import { type CloudParts, cloud } from './cloud.ts';
import { type ConfigurationParts, configuration } from './configuration.ts';
import { lists } from './lists.ts';
import { policies } from './policies.ts';
import { type TrackedData, trackedData } from './tracking.ts';

/** Header with the name of the user at the command line. */
export const USER_HEADER = 'x-sightline-user';
/** A message to be traced comes in base64. */
const LIMIT = 12 * 1024 * 1024;
const NAME = /^[\w.@+-]{1,64}$/;
export interface ControlParts extends ConfigurationParts, CloudParts {
  track: TrackedData;
  mta: Pick<Mta, 'lists' | 'policies'>;
}

export function control(parts: ControlParts): Hono {
  const app = httpApp((error, trace) => parts.log.error({ err: error, trace }, 'command failed'), LIMIT);
  const on = mounter<{ name: string }>(app, (c) => {
    const name = c.req.header(USER_HEADER) ?? '';
    if (!NAME.test(name)) throw fail('bad_request', { reason: `${USER_HEADER} is not a user name` });
    return { name: `cli:${name}` };
  });
  configuration(on, parts);
  cloud(on, parts);
  trackedData(on, parts);
  policies(on, parts.mta.policies);
  lists(on, { lists: parts.mta.lists, source: 'cli' });
  return app;
}
