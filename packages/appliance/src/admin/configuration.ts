/** Submit and Commit Changes over the API (api/console.ts). */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Logger } from 'pino';
import type { Conf } from '../conf/conf.ts';
import { certificateFacts } from '../conf/pem.ts';

export interface ConfigurationParts {
  conf: Conf;
  version: string;
  log: Logger;
}

export function configuration(on: Mount<{ name: string }>, { conf, version, log }: ConfigurationParts): void {
  on(api.getConfig, ({ caller }) => conf.state(caller.name));
  on(api.listCertificates, ({ caller }) => {
    const { candidate, live } = conf.state(caller.name);
    const { certificates } = candidate ?? live;
    return { certificates: certificates.flatMap((one) => certificateFacts(one.name, one.certificate)) };
  });
  on(api.submitConfig, ({ caller, body }) => conf.submit(caller.name, body));
  on(api.commitConfig, async ({ caller, body }) => {
    const state = await conf.commit(caller.name, body.comment);
    log.info({ user: caller.name, generation: state.generation, comment: body.comment }, 'changes committed');
    return state;
  });
  on(api.abandonConfig, ({ caller }) => conf.abandon(caller.name));
  on(api.rebaseConfig, ({ caller }) => conf.rebase(caller.name));
  on(api.configHistory, () => ({ commits: conf.history() }));
  on(api.previewRollback, ({ params }) => ({ changes: conf.preview(params.generation) }));
  on(api.rollbackConfig, async ({ caller, params }) => {
    const state = await conf.rollback(caller.name, params.generation);
    log.info({ user: caller.name, generation: state.generation, to: params.generation }, 'rolled back');
    return state;
  });
  on(api.exportConfig, ({ caller }) => {
    log.info({ user: caller.name }, 'configuration exported');
    return { ...conf.export(), version };
  });
  on(api.importConfig, ({ caller, body }) => {
    const state = conf.import(caller.name, body);
    log.info({ user: caller.name, from: body.hostname }, 'configuration imported');
    return state;
  });
}
