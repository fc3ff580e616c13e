/** Cloud Service Settings over the API (api/console.ts). */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Logger } from 'pino';
import type { Conf } from '../conf/conf.ts';
import type { CloudView } from '../connector/connector.ts';

export interface CloudParts {
  conf: Conf;
  cloud: {
    view(): CloudView;
    connection(): api.Connection;
    test(): Promise<api.CloudTest>;
    register(token: string): CloudView;
    deregister(): Promise<CloudView>;
    renewKey(): Promise<api.Connection>;
  };
  log: Logger;
}

export function cloud(on: Mount<{ name: string }>, { conf, cloud, log }: CloudParts): void {
  const seenBy = (view: CloudView, user: string): api.Cloud => ({
    ...view,
    uncommitted: unsaved(conf, user),
  });
  on(api.getCloud, ({ caller }) => seenBy(cloud.view(), caller.name));
  on(api.getConnection, () => cloud.connection());
  on(api.testCloud, async ({ caller }) => {
    const result = await cloud.test();
    log.info({ user: caller.name, ok: result.ok, ms: result.ms }, 'exchange tested');
    return result;
  });
  on(api.registerCloud, ({ caller, body }) => {
    if (unsaved(conf, caller.name)) throw api.fail('uncommitted_changes');
    const view = cloud.register(body.token);
    log.info({ user: caller.name, server: view.server }, 'registration requested');
    return seenBy(view, caller.name);
  });
  on(api.renewKey, async ({ caller }) => {
    const now = await cloud.renewKey();
    log.info({ user: caller.name }, 'key replaced by hand');
    return now;
  });
  on(api.deregisterCloud, async ({ caller }) => {
    const view = await cloud.deregister();
    log.info({ user: caller.name, server: view.server }, 'deregistered');
    return seenBy(view, caller.name);
  });
}

/** Whether the user has submitted something about the cloud service that is not live. */
const unsaved = (conf: Conf, user: string): boolean =>
  conf.pending(user, 'cloud') || conf.pending(user, 'managedBy');
