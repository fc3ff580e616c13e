/** The mail path: listener, scan and queue put together. The only file that knows all three rooms. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, TrackEvent } from '@sightline/api';
import { bracketed } from '@sightline/api/web/server';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Commands } from './mta/contract.ts';
import { decide } from './policy/decide.ts';
import { trace } from './policy/trace.ts';
import type { QueueCommands } from './queue/commands.ts';
import type { DeliveryLimits } from './queue/deliver.ts';
import { createFigures, type Figures } from './queue/figures.ts';
import { beginIntake, type IntakeParts } from './queue/intake.ts';
import type { Draft } from './queue/message.ts';
import { type Carrier, logFailure, openOutbox, startCarrier, type Taken } from './queue/outbox.ts';
import { type Outgoing, openOutgoing } from './queue/outgoing.ts';
import { startReaper } from './queue/reap.ts';
import { recover } from './queue/recover.ts';
import type { Resolver as HostResolver } from './queue/resolve.ts';
import { systemResolver } from './queue/resolver.ts';
import { openSpool, type Spool } from './queue/spool.ts';
import { openStore, type Store } from './queue/store.ts';
import { openResponse, type Response } from './response.ts';
import { authenticationEngine, type Resolver } from './scan/auth.ts';
import { clamavEngine } from './scan/clamav.ts';
import { type Examine, examining } from './scan/examine.ts';
import { engineHealth, type Health } from './scan/health.ts';
import type { Lists } from './scan/lists.ts';
import { ScanPool } from './scan/pool.ts';
import { rspamdEngine } from './scan/rspamd.ts';
import type { Dns } from './smtp/dns.ts';
import { Listeners, type ListenersParts } from './smtp/listeners.ts';
import type { Login } from './smtp/login.ts';
import { SMTP_LIMITS, type SmtpLimits } from './smtp/parts.ts';
import { isOurs, recipientAccessTable } from './smtp/rat.ts';
import { refusedRecords } from './smtp/refused.ts';
import { type KeyPair, keptSelfSigned } from './smtp/selfsigned.ts';
import { watchSpace } from './smtp/space.ts';
import { meters } from './smtp/tables.ts';

interface MailLimits {
  smtp: SmtpLimits;
  delivery: DeliveryLimits;
  /** Bytes of disk below which no mail is taken. */
  reserveBytes: number;
  /** Longest time `stop` waits for messages in transfer. */
  stopMs: number;
}

const LIMITS: MailLimits = {
  smtp: SMTP_LIMITS,
  delivery: { connectMs: 30_000, idleMs: 300_000, lingerMs: 2000 },
  reserveBytes: 256 * 1024 * 1024,
  stopMs: 9000,
};

export interface MailParts {
  /** Own folder of the mail path: queue database and spool. */
  dir: string;
  config: Config;
  /** Takes tracking events, idempotent by seq; without it somebody fetches them with `take`. */
  append?(events: TrackEvent[]): Promise<void>;
  log: Logger;
  /** Epoch milliseconds. */
  clock(): number;
  dns: Dns;
  /** For SPF, DKIM, DMARC and ARC; without it they are not looked at. */
  resolver?: Resolver;
  /** Where mail goes; the DNS of the machine if absent. */
  hosts?: HostResolver;
  /** Who may log in for mail submission; without it nobody. */
  login?: Login;
  /** In place of the blocklist of its own. */
  lists?: () => Lists;
  registry: Registry;
  /** How a message is taken in; the crash test gives a faulty one, to see that it would notice. */
  begin?: typeof beginIntake;
  limits?: Partial<MailLimits>;
}

/** The figures of the console's Monitor page; counted since `since`. */
interface MailStatus {
  hostname: string;
  listener: string;
  since: string;
  accepted: number;
  delivered: number;
  bounced: number;
  deferred: number;
  rejected: number;
  queued: number;
  oldestQueued: string | null;
}

export interface Mail {
  /** Opens the listener and begins to deliver. */
  start(): Promise<void>;
  /** Lets messages in transfer finish, at most 10 s. What is not delivered stays in the queue. */
  stop(): Promise<void>;
  /** Takes a committed configuration; a new address is opened before the old one closes. */
  apply(config: Config): Promise<void>;
  status(): MailStatus;
  /** Engines' health, and what would become of a message. */
  readonly policies: Commands<'policies'>;
  readonly quarantine: Commands<'quarantine'>;
  readonly lists: Commands<'lists'>;
  readonly respond: Commands<'respond'>;
  /** The queue: what waits, and what a person does to it. */
  readonly queue: QueueCommands;
  /** Tracking events for whoever keeps them, see `Outbox.take`. */
  take(done: number): Promise<Taken>;
  /** Port of the listener; 0 before `start`. */
  readonly port: number;
}

/** Opens queue and spool and brings them together again; nothing is received or delivered before `start`. */
export async function openMail(parts: MailParts): Promise<Mail> {
  const { dir, clock, registry } = parts;
  await mkdir(dir, { recursive: true });
  // The store reports to the figures and the figures ask the store: one of them has to come first.
  let figures: Figures | undefined;
  const store = openStore(join(dir, 'queue.db'), (seconds) => figures?.commit(seconds));
  figures = createFigures(registry, () => store.figures(), clock);
  const spool = await openSpool(join(dir, 'spool'));
  const mail = new MailPath(parts, store, spool, figures);
  await mail.recover();
  return mail;
}

class MailPath implements Mail {
  readonly #parts: MailParts;
  readonly #limits: MailLimits;
  readonly #store: Store;
  readonly #spool: Spool;
  readonly #figures: Figures;
  readonly #scan: ScanPool;
  readonly #health: Health;
  readonly #examine: Examine;
  readonly #response: Response;
  readonly #reaper: ReturnType<typeof startReaper>;
  readonly #outbox: ReturnType<typeof openOutbox>;
  readonly #carrier: Carrier | undefined;
  readonly #outgoing: Outgoing;
  readonly #since: string;
  #config: Config;
  #recipients: ReturnType<typeof recipientAccessTable>;
  #listeners: Listeners | undefined;

  constructor(parts: MailParts, store: Store, spool: Spool, figures: Figures) {
    this.#parts = parts;
    this.#limits = { ...LIMITS, ...parts.limits };
    this.#config = parts.config;
    this.#recipients = recipientAccessTable(parts.config);
    this.#store = store;
    this.#spool = spool;
    this.#figures = figures;
    this.#since = new Date(parts.clock()).toISOString();
    const { log, append, clock } = parts;
    this.#scan = new ScanPool(log);
    this.#health = engineHealth(parts.clock);
    const examine = examining({
      scan: (source, wanted) => this.#scan.scan(source, wanted),
      engines: [
        ...(parts.resolver ? [authenticationEngine(parts.resolver)] : []),
        rspamdEngine(),
        clamavEngine(parts.clock),
      ],
      lists: () => parts.lists?.() ?? this.#response.blocked(),
      health: this.#health,
      config: () => this.#config,
    });
    this.#examine = async (content, head) => this.#response.spared(head, await examine(content, head));
    this.#reaper = startReaper({ store, spool, log });
    this.#response = openResponse({
      store,
      spool,
      scan: (content) => this.#scan.scan(content),
      config: () => this.#config,
      clock,
      done: (mid) => this.#reaper.done(mid),
      changed: () => this.#changed(),
      busy: (mid) => this.#outgoing.busy(mid),
      queue: { act: (order) => this.queue.act(order), list: (query) => this.queue.list(query) },
      log,
    });
    this.#outbox = openOutbox({ store, clock });
    this.#outgoing = this.#openOutgoing();
    this.#carrier =
      append && startCarrier({ take: (done) => this.#outbox.take(done), append, failed: logFailure(log) });
  }

  get port(): number {
    return this.#listeners?.open[0]?.port ?? 0;
  }

  get queue(): QueueCommands {
    return this.#outgoing.commands;
  }

  async recover(): Promise<void> {
    await recover({
      ...this.#intake(),
      log: this.#parts.log,
      lost: (mid, reason) => this.#lost(mid, reason),
    });
    this.#outbox.wake();
  }

  async start(): Promise<void> {
    const { dir, clock } = this.#parts;
    const keys = await keptSelfSigned(join(dir, 'self-signed.pem'), this.#config.hostname, clock());
    this.#listeners = new Listeners(this.#listenersParts(keys), this.#config);
    await this.#listeners.apply(this.#config);
    this.#outgoing.start();
  }

  async stop(): Promise<void> {
    const { stopMs } = this.#limits;
    const start = performance.now();
    await this.#listeners?.stop(stopMs);
    await this.#outgoing.stop(Math.max(0, stopMs - (performance.now() - start)));
    await this.#response.stop();
    await this.#scan.close();
    await this.#reaper.stop();
    await this.#spool.close();
    await this.#outbox.stop();
    await this.#carrier?.stop();
    await this.#store.flush();
    this.#parts.login?.close();
    this.#store.close();
  }

  async apply(config: Config): Promise<void> {
    await this.#listeners?.apply(config);
    await this.#response.configured(this.#config, config);
    this.#config = config;
    this.#recipients = recipientAccessTable(config);
    this.#outgoing.wake();
  }

  /** All listeners, the first one first. */
  #listening(): string {
    const { host } = this.#config.listener;
    const open = this.#listeners?.open ?? [{ host, port: 0 }];
    return open.map((one) => `${bracketed(one.host)}:${one.port}`).join(', ');
  }

  status(): MailStatus {
    const { queued, oldest } = this.#store.figures();
    return {
      hostname: this.#config.hostname,
      listener: this.#listening(),
      since: this.#since,
      ...this.#figures.counts(),
      queued,
      oldestQueued: oldest === null ? null : new Date(oldest).toISOString(),
    };
  }

  get quarantine(): Commands<'quarantine'> {
    return this.#response.quarantine;
  }

  get lists(): Commands<'lists'> {
    return this.#response.lists;
  }

  get respond(): Commands<'respond'> {
    return this.#response.respond;
  }

  get policies(): Commands<'policies'> {
    const { dir, clock } = this.#parts;
    const parts = { dir, clock, examine: this.#examine, config: (): Config => this.#config };
    return {
      engines: async () => this.#health.report(this.#config),
      trace: (question) => trace(parts, question),
    };
  }

  take(done: number): Promise<Taken> {
    return this.#outbox.take(done);
  }

  #listenersParts(selfSigned: KeyPair): ListenersParts {
    const { dir, dns, clock, log, login, begin = beginIntake } = this.#parts;
    const store = this.#store;
    return {
      selfSigned,
      stopMs: this.#limits.stopMs,
      meters: meters(dns, clock),
      login,
      dns,
      clock,
      log,
      limits: this.#limits.smtp,
      space: watchSpace(dir, this.#limits.reserveBytes, clock),
      pressure: this.#outgoing.pressure,
      next: (name) => store.next(name),
      begin: (envelope) => begin(this.#intake(), envelope),
      blocklisted: (ip) => this.#response.blockedClient(ip),
      rejected: () => this.#figures.count('rejected'),
      refused: refusedRecords({
        enabled: () => this.#config.tracking.rejectedConnections,
        next: (name) => store.next(name),
        clock,
        emit: (events) => this.#emit(events),
      }),
    };
  }

  #intake(): IntakeParts {
    const store = this.#store;
    const config = (): Config => this.#config;
    return {
      spool: this.#spool,
      store,
      examine: this.#examine,
      scan: (content) => this.#scan.scan(content, { limits: this.#config.engines.limits, tests: [] }),
      ours: (address) => isOurs(this.#recipients, address),
      decide: (...message) => decide(this.#config, ...message),
      place: this.#response.place,
      figures: this.#figures,
      config,
      clock: this.#parts.clock,
      done: (mid) => this.#reaper.done(mid),
      accepted: () => this.#changed(),
    };
  }

  #openOutgoing(): Outgoing {
    const { clock, log, hosts = systemResolver() } = this.#parts;
    return openOutgoing({
      store: this.#store,
      spool: this.#spool,
      figures: this.#figures,
      resolver: hosts,
      config: () => this.#config,
      clock,
      random: Math.random,
      log,
      limits: this.#limits.delivery,
      done: (mid) => this.#reaper.done(mid),
      lost: (mid, reason) => this.#lost(mid, reason),
      changed: () => this.#changed(),
    });
  }

  #changed(): void {
    this.#outgoing.wake();
    this.#outbox.wake();
  }

  /** Tells tracking what is no message's: nobody waits for it. */
  #emit(events: Draft[]): void {
    this.#store
      .commit(() => this.#store.emit(events))
      .then(
        () => this.#outbox.wake(),
        (error: unknown) => this.#parts.log.error({ err: error }, 'tracking was not told of a refusal'),
      );
  }

  /** A message whose content is gone or altered cannot be delivered: it is put aside, counted and told. */
  async #lost(mid: number, reason: string): Promise<void> {
    const at = this.#parts.clock();
    const text = `The content of this message cannot be used: ${reason}`;
    await this.#store.commit(() => {
      this.#store.emit([{ type: 'dropped', at, mid, by: 'queue', reason: text }]);
      this.#store.abandon(mid);
      this.#response.lost(mid);
    });
    await this.#spool.setAside(mid).catch(() => undefined);
    this.#figures.lost();
    this.#parts.log.error({ mid, reason }, 'LOST CONTENT: an accepted message cannot be delivered');
    this.#reaper.done(mid);
    this.#outbox.wake();
  }
}
