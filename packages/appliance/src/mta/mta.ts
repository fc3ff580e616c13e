/** The mail process: the mail path with the configuration it was last given, and the commands it takes. */
import { type Config, fail } from '@sightline/api';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Mail } from '../mail.ts';
import { CONTRACT, type Commands, type Mta, type MtaStatus, type Room } from './contract.ts';
import type { Applied, AppliedStore } from './store.ts';

export interface MtaParts {
  applied: AppliedStore;
  /** Opens the mail path; nothing listens yet. */
  open(config: Config): Promise<Mail>;
  registry: Registry;
  version: string;
  log: Logger;
}

export interface MailProcess {
  mta: Mta;
  /**
   * Opens the listeners. Without a configuration that happens when the first one comes; where an address cannot be
   * had it is tried again, as long as `insist` says so, and otherwise this rejects.
   */
  start(options?: { insist: boolean }): Promise<void>;
  stop(): Promise<void>;
  /** Port of the first listener, 0 while it is closed. */
  port(): number;
}

const RETRY_MS = 5000;

export async function openMta({ applied, open, registry, version, log }: MtaParts): Promise<MailProcess> {
  let current: Applied | undefined = applied.latest();
  let mail: Mail | undefined = current && (await open(current.config));
  let started = false;
  let listening = false;
  let problem = '';
  let timer: NodeJS.Timeout | undefined;

  const listen = async (): Promise<void> => {
    if (!mail || listening) return;
    try {
      await mail.start();
      listening = true;
      problem = '';
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
  const insist = (): void => {
    timer = setTimeout(() => {
      listen().catch((error: unknown) => {
        log.error({ err: error, retryMs: RETRY_MS }, 'the listeners cannot be opened; trying again');
        insist();
      });
    }, RETRY_MS);
  };
  const apply = async (config: Config, generation: number): Promise<undefined> => {
    try {
      if (mail) await mail.apply(config);
      else mail = await open(config);
      if (started) await listen();
      applied.keep({ generation, config });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fail('apply_failed', { reason }, { cause });
    }
    clearTimeout(timer);
    current = { generation, config };
    log.info({ generation }, 'configuration in use');
  };
  const path = (): Mail => {
    if (!mail) throw fail('mail_down');
    return mail;
  };
  const inTurn = oneAfterAnother();
  return {
    mta: {
      mail: {
        apply: (config, generation) => inTurn(() => apply(config, generation)),
        status: async (): Promise<MtaStatus> => ({
          ...path().status(),
          generation: current?.generation ?? 0,
          listening,
          problem,
          version,
        }),
        metrics: () => registry.metrics(),
      },
      ...rooms(path),
      events: { take: (done) => path().take(done) },
      queue: late('queue', () => path().queue),
    },
    async start(options) {
      started = true;
      if (!mail) return log.info('waiting for the first configuration');
      await listen().catch((error: unknown) => {
        if (!options?.insist) throw error;
        log.error({ err: error, retryMs: RETRY_MS }, 'the listeners cannot be opened; trying again');
        insist();
      });
    },
    async stop() {
      clearTimeout(timer);
      await mail?.stop();
      applied.close();
    },
    port: () => mail?.port ?? 0,
  };
}

/** The rooms that the mail path itself serves. */
const rooms = (path: () => Mail): Pick<Mta, 'quarantine' | 'lists' | 'respond' | 'policies'> => ({
  quarantine: late('quarantine', () => path().quarantine),
  lists: late('lists', () => path().lists),
  respond: late('respond', () => path().respond),
  policies: late('policies', () => path().policies),
});

/** Commands of a room that is there only when there is a configuration. */
function late<R extends Room>(room: R, find: () => Commands<R>): Commands<R> {
  type Any = Record<string, (...args: unknown[]) => Promise<unknown>>;
  const names = Object.keys(CONTRACT[room]);
  const commands = names.map((name) => [
    name,
    async (...args: unknown[]) => (find() as unknown as Any)[name]?.(...args),
  ]);
  return Object.fromEntries(commands) as Commands<R>;
}

/** The second of two configurations has to find the first in use. */
function oneAfterAnother(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
