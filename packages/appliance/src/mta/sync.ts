/** Keeps the mail process on the configuration that is live here, however often either of them starts. */
import { Fault } from '@sightline/api';
import type { Logger } from 'pino';
import type { Conf } from '../conf/conf.ts';
import type { Mta } from './contract.ts';

const AGAIN_MS = 30_000;

export interface Sync {
  /** The mail process has (again) been reached. */
  reached(): void;
  stop(): void;
}

export function syncing(mta: Pick<Mta, 'mail'>, conf: Pick<Conf, 'live' | 'generation'>, log: Logger): Sync {
  let timer: NodeJS.Timeout | undefined;
  const bring = async (): Promise<void> => {
    const generation = conf.generation();
    if ((await running(mta)) === generation) return;
    log.info({ generation }, 'the mail process gets its configuration');
    await mta.mail.apply(conf.live(), generation);
  };
  const reached = (): void => {
    clearTimeout(timer);
    bring().catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'mail_down') return;
      log.error({ err: error, retryMs: AGAIN_MS }, 'the mail process does not take its configuration');
      timer = setTimeout(reached, AGAIN_MS).unref();
    });
  };
  return { reached, stop: () => clearTimeout(timer) };
}

/** Number of the configuration in use; one that has none yet cannot tell its status. */
const running = (mta: Pick<Mta, 'mail'>): Promise<number> =>
  mta.mail.status().then(
    (status) => status.generation,
    () => 0,
  );
