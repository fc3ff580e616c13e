/**
 * Cloud Service Settings from the inside: takes the committed configuration, contacts the exchange, redeems a
 * token, keeps the link. What it is doing is one `Phase`; a new configuration or a stop ends everything under way.
 */
import {
  type Cloud,
  type CloudTest,
  type Config,
  type Connection as ConnectionView,
  type DeviceFacts,
  Fault,
  fail,
  PROTOCOL,
  TOKEN_PATTERN,
} from '@sightline/api';
import type { Logger } from 'pino';
import { backoff, PACE, type Pace, wait } from './backoff.ts';
import { causeOf, obstacleOf, skewSentence } from './cause.ts';
import { type Exchange, exchangeAt } from './exchange.ts';
import type { Identity } from './identity.ts';
import { type Connection, keepLink } from './keep.ts';
import { runLink } from './link.ts';
import { type Meter, meter } from './meter.ts';
import { type Answers, type Serve, serve } from './serve.ts';
import type { Registration, RegistrationStore } from './store.ts';
import { NOWHERE, type Target, targetOf } from './target.ts';
import { GONE, goneAnyway, isConnection, refuse, trouble, unreachable } from './trouble.ts';
import { type Way, wayTo } from './way.ts';
import { causeCode, INITIATED, obstacle, type Phase, statusLine } from './words.ts';

/** Version of this end of the link, as the exchange lists it. */
export const CONNECTOR_VERSION = '1.0.0';

export interface ConnectorOptions {
  identity: Identity;
  registrations: RegistrationStore;
  answers: Answers;
  facts: () => DeviceFacts;
  log: Logger;
  clock: () => number;
  random: () => number;
  fetch: typeof fetch;
  pace?: Pace;
  heartbeatMs?: number;
  /** How often the age of the key is looked at while the connection holds, ms. */
  keyCheckMs?: number;
}

/** What the page shows, without the part that depends on who looks. */
export type CloudView = Omit<Cloud, 'uncommitted'>;

const ENROL_TRIES = 4;
const DEREGISTER_MS = 10_000;
const TEST_MS = 10_000;
const ROTATE_MS = 20_000;
const KEY_CHECK_MS = 3_600_000;
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #pace: Pace;
  readonly #serve: Serve;
  readonly #meter: Meter;
  #target: Target = NOWHERE;
  #phase: Phase = { name: 'disabled' };
  #running = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.#meter = meter(options.registrations, options.clock);
    this.#serve = serve(options.answers, () => options.facts().name);
  }

  /** Takes the committed configuration; returns at once, the rest shows in `view`. */
  apply(config: Config): void {
    const next = targetOf(config);
    if (JSON.stringify(next) === JSON.stringify(this.#target)) return;
    if (next.url !== this.#target.url || !next.enabled) this.#meter.forget();
    this.#target = next;
    this.#settle();
  }

  view(): CloudView {
    const known = this.#phase.name === 'registered' ? this.#registration() : undefined;
    const { enabled, name, url, servers } = this.#target;
    const organisation = known?.organisation ?? '';
    const skew = skewSentence(this.#meter.offset());
    return {
      enabled,
      server: name,
      serverUrl: url,
      servers,
      state: this.#phase.name,
      status: statusLine(this.#phase, name, organisation, skew),
      cause: causeCode(this.#phase),
      obstacle: obstacle(this.#phase, skew),
      deviceId: known?.deviceId ?? '',
      organisation,
      connected: known !== undefined && this.#meter.connected(),
      lastContact: this.#meter.lastContact(),
      queries: this.#meter.queries(),
    };
  }

  /** The link in figures, and the last questions that came over it. */
  connection(): ConnectionView {
    const known = this.#phase.name === 'registered';
    const since = known ? new Date(this.#options.identity.since(this.#target.url)).toISOString() : null;
    return { ...this.#meter.view(CONNECTOR_VERSION), keySince: since };
  }

  /** Replaces the key of this appliance at the exchange now. The connection stays. Throws `not_registered`. */
  async renewKey(): Promise<ConnectionView> {
    const target = this.#target;
    const known = this.#registration();
    if (this.#phase.name !== 'registered' || !known) throw fail('not_registered');
    try {
      await this.#exchange().rotate(known.deviceId, AbortSignal.timeout(ROTATE_MS));
    } catch (error) {
      throw error instanceof Fault ? error : unreachable(error, target);
    }
    this.#options.log.info({ server: target.name }, 'key replaced');
    return this.connection();
  }

  /** Asks the exchange now. When it answers, a connection that is waited for is tried at once. */
  async test(): Promise<CloudTest> {
    const target = this.#target;
    if (!target.enabled) throw fail('cloud_disabled');
    const begin = performance.now();
    const ms = (): number => Math.round(performance.now() - begin);
    try {
      const { region, offset } = await this.#exchange().hello(AbortSignal.timeout(TEST_MS));
      if (this.#target === target) this.#answered(offset, ms());
      const text = `The exchange ${target.name} answers. ${skewSentence(offset)}`.trim();
      const skewed = skewSentence(offset) !== '';
      return {
        ok: true,
        ms: ms(),
        region,
        skewMs: Math.round(offset),
        obstacle: skewed ? 'clock' : '',
        text,
      };
    } catch (error) {
      const text = `The exchange ${target.name} cannot be reached: ${causeOf(error, target.url)}.`;
      return { ok: false, ms: ms(), region: '', skewMs: null, obstacle: obstacleOf(error), text };
    }
  }

  /** A test has reached the exchange: nobody has to wait for the next try any longer. */
  #answered(offset: number, ms: number): void {
    this.#meter.measured(offset, ms);
    const { name } = this.#phase;
    if (name === 'unreachable' || (name === 'registered' && !this.#meter.connected())) this.#settle();
  }

  /** Starts to redeem a token. Throws when the state does not allow it or the text is not a token. */
  register(token: string): CloudView {
    refuse(this.#phase, this.#target);
    if (!TOKEN_PATTERN.test(token)) throw fail('token_malformed');
    this.#go({ name: 'registering' }, (signal) => this.#redeem(token, signal));
    return { ...this.view(), status: INITIATED };
  }

  /** Ends the registration; also when the exchange cannot be told. Throws `not_registered`. */
  async deregister(): Promise<CloudView> {
    const target = this.#target;
    const known = this.#registration();
    if (this.#phase.name !== 'registered' || !known) throw fail('not_registered');
    this.#options.registrations.delete(known.url);
    this.#enter({ name: 'busy' });
    // the link first: the exchange would cut it as that of a removed device
    this.#running.abort();
    await this.#work;
    const note = await this.#exchange()
      .deregister(known.deviceId, AbortSignal.timeout(DEREGISTER_MS))
      .then(
        () => GONE,
        (error: unknown) => goneAnyway(error, target),
      );
    if (this.#target === target) {
      this.#go({ name: 'ready', note }, (signal) => this.#contact(signal, note));
    }
    return this.view();
  }

  async stop(): Promise<void> {
    this.#running.abort();
    await this.#work;
    this.#meter.flush();
    this.#options.registrations.close();
  }

  #exchange(): Exchange {
    const { identity, clock } = this.#options;
    return exchangeAt(this.#target.url, identity, { fetch: this.#way().fetch, clock });
  }

  /** Directly or through the proxy, trusting what is pinned and configured. */
  #way(): Way {
    const { url, way } = this.#target;
    return wayTo({ url, ...way, pins: this.#options.identity.trust(url)?.pins });
  }

  #registration(): Registration | undefined {
    return this.#options.registrations.get(this.#target.url);
  }

  #enter(next: Phase): void {
    if (next.name !== this.#phase.name)
      this.#options.log.info(
        { from: this.#phase.name, to: next.name, server: this.#target.name },
        'cloud state',
      );
    this.#phase = next;
  }

  /** Where the committed configuration puts us, and what there is to do there. */
  #settle(): void {
    const { enabled, manager } = this.#target;
    const known = this.#registration();
    if (!enabled) this.#go({ name: 'disabled' });
    else if (known?.deviceId)
      this.#go({ name: 'registered', trouble: '', obstacle: '' }, (signal) =>
        this.#stayConnected(known.deviceId, signal),
      );
    else if (manager !== '') this.#go({ name: 'managed', manager });
    else if (known) this.#go({ name: 'failed', cause: known.cause, text: known.text, obstacle: 'refusal' });
    else this.#go({ name: 'busy' }, (signal) => this.#contact(signal));
  }

  #go(phase: Phase, job: (signal: AbortSignal) => Promise<void> = async () => {}): void {
    this.#enter(phase);
    this.#begin(job);
  }

  /** Ends what is under way and starts something else, which is told when it must end in turn. */
  #begin(job: (signal: AbortSignal) => Promise<void>): void {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#work = this.#work
      .then(() => (signal.aborted ? undefined : job(signal)))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#options.log.error({ err: error }, 'connector failed');
      });
  }

  /** Asks for a nonce until there is an answer: then a token can be redeemed. */
  async #contact(signal: AbortSignal, note = ''): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const begin = performance.now();
        const { offset } = await this.#exchange().hello(signal);
        if (signal.aborted) return;
        this.#meter.measured(offset, performance.now() - begin);
        this.#enter({ name: 'ready', note });
        return;
      } catch (error) {
        if (signal.aborted) return;
        const reason = causeOf(error, this.#target.url);
        this.#meter.failed(obstacleOf(error), reason);
        this.#enter({ name: 'unreachable', reason, note, obstacle: obstacleOf(error) });
        this.#options.log.warn({ err: error, server: this.#target.url }, 'exchange not reached');
      }
      await wait(backoff(tries, this.#pace, this.#options.random), signal);
    }
  }

  async #redeem(token: string, signal: AbortSignal): Promise<void> {
    const target = this.#target;
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const { deviceId, organisation } = await this.#exchange().enrol(token, this.#options.facts(), signal);
        this.#remember(target, deviceId, organisation);
        return await this.#stayConnected(deviceId, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log.warn({ err: error, server: target.url }, 'registration failed');
        // an answer that was lost comes again for the same token with the same key; a refusal does not change
        if (error instanceof Fault || tries === ENROL_TRIES) {
          const fault = error instanceof Fault ? error : unreachable(error, target);
          this.#meter.failed(obstacleOf(error), fault.message);
          this.#enter({
            name: 'failed',
            cause: fault.code,
            text: fault.message,
            obstacle: obstacleOf(error),
          });
          return;
        }
      }
      await wait(backoff(tries, this.#pace, this.#options.random), signal);
    }
  }

  #remember(target: Target, deviceId: string, organisation: string): void {
    const { url } = target;
    this.#options.registrations.put({ url, deviceId, organisation, cause: '', text: '' });
    if (target === this.#target) this.#enter({ name: 'registered', trouble: '', obstacle: '' });
  }

  /** A connection that holds for months must not keep its key from being replaced. */
  #watchKey(deviceId: string, signal: AbortSignal): NodeJS.Timeout {
    const { keyCheckMs = KEY_CHECK_MS, log } = this.#options;
    const look = (): void => {
      this.#exchange()
        .renewIfOld(deviceId, signal)
        .catch((error: unknown) => log.warn({ err: error }, 'key not replaced; tried again later'));
    };
    return setInterval(look, keyCheckMs).unref();
  }

  async #stayConnected(deviceId: string, signal: AbortSignal): Promise<void> {
    const watch = this.#watchKey(deviceId, signal);
    const end = await keepLink({
      connect: () => this.#connect(deviceId, signal),
      onTrouble: (error) => {
        const why = trouble(error, this.#target.url);
        const where = isConnection(error) ? 'network' : obstacleOf(error);
        this.#meter.failed(where, why);
        this.#enter({ name: 'registered', trouble: why, obstacle: where });
        this.#options.log.warn({ err: error, server: this.#target.url }, 'not connected to the exchange');
      },
      pace: this.#pace,
      random: this.#options.random,
      signal,
    });
    clearInterval(watch);
    if (end === 'revoked' && !signal.aborted) this.#removed();
  }

  /** The exchange does not know this device any more; kept, so that it also shows after a restart. */
  #removed(): void {
    const { url, name } = this.#target;
    const text = `This appliance was removed from the exchange ${name}. Register it again with a new token.`;
    const cause = 'device_revoked';
    this.#options.registrations.put({ url, deviceId: '', organisation: '', cause, text });
    this.#meter.failed('refusal', text);
    this.#enter({ name: 'failed', cause, text, obstacle: 'refusal' });
  }

  async #connect(deviceId: string, signal: AbortSignal): Promise<Connection> {
    const target = this.#target;
    const begin = performance.now();
    const { proof, offset } = await this.#exchange().proof(deviceId, signal);
    this.#meter.measured(offset, performance.now() - begin);
    const { facts, heartbeatMs, identity, clock } = this.#options;
    const end = await runLink({
      url: target.url,
      proof,
      deviceId,
      facts: facts(),
      boot: identity.boot,
      trust: identity.trust(target.url),
      offset,
      clock,
      agent: this.#way().agent,
      serve: this.#serve,
      signal,
      heartbeatMs,
      onWelcome: ({ organisation }) => {
        this.#meter.welcomed(PROTOCOL);
        this.#remember(target, deviceId, organisation);
      },
      onContact: this.#meter.contact,
      onRoundTrip: this.#meter.roundTrip,
      onAnswered: (verb, ms, fault) => {
        this.#meter.asked(verb, ms, fault);
        this.#options.log.info({ verb, ms: Math.round(ms), fault }, 'question of the exchange');
      },
    });
    return { ...end, heldMs: this.#meter.parted() };
  }
}
