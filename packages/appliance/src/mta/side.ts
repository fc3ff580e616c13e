/** The mail process from the console's side: in the same process, or over the control channel. */
import type { Logger } from 'pino';
import type { Conf } from '../conf/conf.ts';
import { connectMta } from './connect.ts';
import type { Mta } from './contract.ts';
import type { MailProcess } from './mta.ts';
import { syncing } from './sync.ts';

export interface MailSide {
  mta: Mta;
  /** Resolves when mail flows by the live configuration; where that cannot be seen from here, after a while. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Port of the first listener; where it is another process's, as it is configured. */
  port(): number;
}

type Live = Pick<Conf, 'live' | 'generation'>;

/** The whole appliance in one process. */
export const here = (mail: MailProcess, conf: Live): MailSide => ({
  mta: mail.mta,
  start: async () => {
    await mail.mta.mail.apply(conf.live(), conf.generation());
    await mail.start();
  },
  stop: () => mail.stop(),
  port: () => mail.port(),
});

/** How long the start waits for the mail process, ms. */
const WAIT_MS = 5000;

/** A process of its own behind its socket. */
export function elsewhere(path: string, conf: Live, log: Logger): MailSide {
  let sync: ReturnType<typeof syncing> | undefined;
  const link = connectMta({ path, log, connected: () => sync?.reached() });
  sync = syncing(link.mta, conf, log);
  const flowing = async (): Promise<boolean> => {
    const status = await link.mta.mail.status().catch(() => undefined);
    return status?.listening === true && status.generation === conf.generation();
  };
  return {
    mta: link.mta,
    start: async () => {
      const end = performance.now() + WAIT_MS;
      while (!(await flowing()) && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
    stop: async () => {
      sync?.stop();
      link.close();
    },
    port: () => conf.live().listener.port,
  };
}
