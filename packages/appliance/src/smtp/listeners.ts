/** All listeners of the configuration: opened, changed and closed as it changes. */
import { allListeners, type Config, type Listener as Settings } from '@sightline/api';
import { Listener } from './listener.ts';
import type { SharedParts } from './parts.ts';
import type { KeyPair } from './selfsigned.ts';
import { type Tables, tablesOf } from './tables.ts';

export type ListenersParts = Omit<SharedParts, 'config' | 'tables'> & {
  /** For listeners without a certificate of their own. */
  selfSigned: KeyPair;
  /** How long a listener that closes waits for messages in transfer, milliseconds. */
  stopMs: number;
};

interface Running {
  settings: Settings;
  listener: Listener;
  port: number;
}

/** Listeners with the same socket: what else differs, a running one takes over. */
const socketOf = ({ host, port, tls, name }: Settings): string =>
  `${host} ${port === 0 ? name : port} ${tls === 'implicit'}`;
const addressOf = ({ host, port, name }: Settings): string => `${host} ${port === 0 ? name : port}`;

export class Listeners {
  readonly #parts: ListenersParts;
  #config: Config;
  #tables: Tables;
  #running: Running[] = [];

  constructor(parts: ListenersParts, config: Config) {
    this.#parts = parts;
    this.#config = config;
    this.#tables = tablesOf(config);
  }

  /** As they are open now, in the order of the configuration. */
  get open(): { name: string; host: string; port: number }[] {
    return this.#running.map(({ settings: { name, host }, port }) => ({ name, host, port }));
  }

  /**
   * Opens all listeners of the configuration, new ones before old ones close. Throws what kept an address from being
   * opened; then everything is as it was.
   */
  async apply(config: Config): Promise<void> {
    const wanted = allListeners(config);
    const kept = this.#running.filter((one) => wanted.some((w) => socketOf(w) === socketOf(one.settings)));
    const old = this.#running.filter((one) => !kept.includes(one));
    const fresh = await this.#open(wanted, kept, old, config);
    [this.#config, this.#tables] = [config, tablesOf(config)];
    this.#running = wanted.map((settings) => {
      const one = [...kept, ...fresh].find((r) => socketOf(r.settings) === socketOf(settings)) as Running;
      one.settings = settings;
      return one;
    });
    for (const one of kept) one.listener.refresh();
    for (const one of old) this.#retire(one);
  }

  /** Lets messages in transfer finish, at most `ms`. */
  async stop(ms: number): Promise<void> {
    await Promise.all(this.#running.splice(0).map(({ listener }) => listener.stop(ms)));
  }

  async #open(wanted: Settings[], kept: Running[], old: Running[], config: Config): Promise<Running[]> {
    const fresh: Running[] = [];
    const freed: Running[] = [];
    try {
      for (const settings of wanted) {
        if (kept.some((one) => socketOf(one.settings) === socketOf(settings))) continue;
        // The same address with and without implicit TLS: one has to go before the other comes.
        const before = old.find((one) => addressOf(one.settings) === addressOf(settings));
        if (before) {
          await before.listener.unlisten();
          freed.push(before);
        }
        fresh.push(await this.#start(settings, config));
      }
      return fresh;
    } catch (error) {
      for (const one of fresh) this.#retire(one);
      for (const one of freed) await one.listener.listen(one.settings.host, one.port);
      throw error;
    }
  }

  async #start(settings: Settings, config: Config): Promise<Running> {
    const one: Running = { settings, listener: undefined as unknown as Listener, port: 0 };
    one.listener = new Listener(this.#partsOf(one, config));
    one.port = await one.listener.listen(settings.host, settings.port);
    const { name, host } = settings;
    this.#parts.log.info({ name, host, port: one.port }, 'smtp listener open');
    return one;
  }

  #partsOf(one: Running, config: Config) {
    // Until it is in force, a new configuration counts for the listeners that it brings.
    const now = (): Config => (this.#running.includes(one) ? this.#config : config);
    return {
      ...this.#parts,
      config: now,
      tables: () => (this.#running.includes(one) ? this.#tables : tablesOf(config)),
      settings: () => one.settings,
      keys: (): KeyPair =>
        now().certificates.find(({ name }) => name === one.settings.certificate) ?? this.#parts.selfSigned,
    };
  }

  #retire({ listener, settings: { name, host }, port }: Running): void {
    this.#parts.log.info({ name, host, port }, 'smtp listener closed');
    void listener.stop(this.#parts.stopMs).catch((error: unknown) => {
      this.#parts.log.error({ err: error, name }, 'an old smtp listener did not close');
    });
  }
}
