/**
 * Takes due recipients out of the store and brings them to their next hops. Delivery is at least once: a result
 * counts when it is committed, and a crash before that repeats the attempt.
 */
import type { Config, DestinationStatus, Reply } from '@sightline/api';
import type { Logger } from 'pino';
import { type Breaker, createBreaker } from './breaker.ts';
import type { ClientLimits } from './client.ts';
import { createLanes, group, type Job, type Lanes, linger, placeOf } from './lanes.ts';
import { leavingOf } from './leaving.ts';
import { connect, type Link } from './link.ts';
import { createPace, type Pace } from './pace.ts';
import { replyOf } from './reply.ts';
import { type Resolver, resolve } from './resolve.ts';
import { bouncingOf, destinationOf, type Hop } from './route.ts';
import { judge, type Outcome } from './schedule.ts';
import { type Opened, SpoolFault } from './spool.ts';
import type { Due, Store } from './store.ts';

/** An attempt that reached a next hop. */
export interface Contact {
  dcid: number;
  host: string;
  port: number;
  ip: string;
  tls: string;
  /** The next hop reports by itself (RFC 3461). */
  dsn: boolean;
}

export interface DeliveryParts {
  store: Pick<Store, 'due' | 'next' | 'commit' | 'postpone' | 'hasten'>;
  open(mid: number): Promise<Opened>;
  /** Makes the outcomes durable. */
  settle(job: Job, outcomes: Outcome[], contact: Contact | undefined): Promise<void>;
  /** The content cannot be read: nothing can be delivered. */
  lost(mid: number, reason: string): Promise<void>;
  /** What a person has stopped. */
  suspended(): { delivery: boolean; domains: readonly string[] };
  resolver: Resolver;
  config(): Config;
  clock(): number;
  random(): number;
  log: Logger;
  limits: DeliveryLimits;
}

export interface DeliveryLimits extends ClientLimits {
  /** How long an idle connection is kept for the next message, ms. */
  lingerMs: number;
  /** How long a hop that cannot be reached is left alone at first, ms. */
  downMs?: number;
}

/** Most recipients held in memory, in all and for one hop. */
const MOST = 1000;
const MOST_PER_HOP = 400;
/** With more than this in hand, new mail waits for the next poll instead of a query of its own. */
const ENOUGH = 200;
const POLL_MS = 500;
/** What becomes due within this time is asked for together. */
const GATHER_MS = 3;
const RETRY_MS = 1000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
/** Waits for the work, but no longer than `ms`; leaves no timer behind. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

const key = (one: { mid: number; rid: number }): string => `${one.mid}:${one.rid}`;

export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #hops = new Map<string, Lanes>();
  readonly #held = new Set<string>();
  /** Messages that a person is doing something to. */
  readonly #withdrawn = new Set<number>();
  readonly #breaker: Breaker;
  readonly #pace: Pace = createPace();
  readonly #poll: NodeJS.Timeout;
  #stopping = false;
  #soon: NodeJS.Timeout | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#breaker = createBreaker(parts.limits.downMs);
    this.#poll = setInterval(() => this.#ask(), POLL_MS);
    this.wake();
  }

  /** Whether any recipient of the message is in hand: on the way, or about to be. */
  busy(mid: number): boolean {
    for (const one of this.#held) if (one.startsWith(`${mid}:`)) return true;
    return false;
  }

  /** Something may be due. */
  wake(): void {
    if (this.#held.size < ENOUGH) this.#ask();
  }

  #ask(): void {
    if (!this.#stopping) this.#soon ??= setTimeout(() => this.#refill(), GATHER_MS);
  }

  /** Waits for messages in transfer, at most `ms`, then cuts the connections. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    const all = [...this.#hops.values()];
    for (const lanes of all) for (const idle of lanes.idle.splice(0)) idle();
    const running = Promise.all(all.flatMap((lanes) => [...lanes.running]));
    await within(ms, running);
    for (const lanes of all) for (const link of lanes.links) link.close();
  }

  /** Whether a domain's next hop can be reached, and the connections to it. */
  hostOf(domain: string): Pick<DestinationStatus, 'host' | 'connections'> {
    const { where } = placeOf(this.#parts.config(), domain);
    return { host: this.#breaker.state(where), connections: this.#hops.get(where)?.links.size ?? 0 };
  }

  /**
   * Keeps messages out of delivery until `restore`. Returns those that are not in transfer, which cannot be undone.
   */
  withdraw(mids: readonly number[]): number[] {
    const busy = new Set<number>();
    for (const lanes of this.#hops.values()) for (const job of lanes.busy) busy.add(job.mid);
    const free = mids.filter((mid) => !busy.has(mid));
    const out = new Set(free);
    for (const mid of free) this.#withdrawn.add(mid);
    for (const lanes of this.#hops.values()) {
      const gone = lanes.pending.filter((job) => out.has(job.mid));
      lanes.pending = lanes.pending.filter((job) => !out.has(job.mid));
      for (const job of gone) this.#release(lanes, job);
    }
    return free;
  }

  restore(mids: readonly number[]): void {
    for (const mid of mids) this.#withdrawn.delete(mid);
    this.wake();
  }

  #refill(): void {
    this.#soon = undefined;
    try {
      const { store, clock, config, suspended } = this.#parts;
      const { delivery, domains } = suspended();
      if (delivery) return;
      const full = [...this.#hops.values()].filter((lanes) => lanes.recipients >= MOST_PER_HOP);
      const except = [...domains, ...full.flatMap((lanes) => [...lanes.domains])];
      const due = store.due(clock(), MOST + this.#held.size, except);
      const fresh = due.filter((one) => !this.#held.has(key(one)) && !this.#withdrawn.has(one.mid));
      for (const { where, hop, job } of group(this.#inPace(fresh), config())) this.#enqueue(where, hop, job);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the queue cannot be read; trying again');
    }
  }

  /** Without those for whom this hour has no room; they come again when it has. */
  #inPace(due: Due[]): Due[] {
    const { config, clock, store } = this.#parts;
    const now = clock();
    const late: [Due, number][] = [];
    const fine = due.filter((one) => {
      const { domain, recipientsPerHour } = destinationOf(config(), one.domain);
      const key = domain === 'ALL' ? one.domain : domain;
      const until = this.#pace.take(key, 1, recipientsPerHour, now);
      if (until !== undefined) late.push([one, until]);
      return until === undefined;
    });
    if (late.length > 0)
      void store
        .commit(() => {
          for (const [one, until] of late) store.postpone(one.mid, one.rid, one.attempts, until);
        })
        .catch((error: unknown) => this.#parts.log.error({ err: error }, 'recipients cannot be postponed'));
    return fine;
  }

  #enqueue(where: string, hop: Hop | undefined, job: Job): void {
    const lanes = this.#hops.get(where) ?? createLanes(where, hop);
    lanes.hop = hop;
    this.#hops.set(where, lanes);
    for (const recipient of job.recipients) {
      this.#held.add(key(recipient));
      lanes.domains.add(recipient.domain);
    }
    lanes.recipients += job.recipients.length;
    lanes.pending.push(job);
    const idle = lanes.idle.shift();
    if (idle) idle();
    else if (lanes.running.size < this.#controls(job).connections) this.#startLane(lanes);
  }

  #controls(job: Job) {
    return destinationOf(this.#parts.config(), job.recipients[0]?.domain ?? '');
  }

  #startLane(lanes: Lanes): void {
    const lane = this.#runLane(lanes)
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error, hop: lanes.where }, 'delivery lane failed'),
      )
      .finally(() => {
        lanes.running.delete(lane);
        if (this.#stopping) return;
        if (lanes.pending.length > 0) this.#startLane(lanes);
        else if (lanes.running.size === 0) this.#hops.delete(lanes.where);
      });
    lanes.running.add(lane);
  }

  async #runLane(lanes: Lanes): Promise<void> {
    let link: Link | undefined;
    try {
      for (let job = await this.#next(lanes); job; job = await this.#next(lanes)) {
        lanes.busy.add(job);
        const used = link && (!link.usable() || link.carried >= this.#controls(job).messagesPerConnection);
        if (link && used) link = drop(lanes, link);
        link = await this.#carry(lanes, job, link).finally(() => lanes.busy.delete(job as Job));
      }
    } finally {
      if (link) drop(lanes, link);
    }
  }

  async #next(lanes: Lanes): Promise<Job | undefined> {
    if (lanes.pending.length === 0 && !this.#stopping) await linger(lanes, this.#parts.limits.lingerMs);
    if (this.#parts.suspended().delivery)
      for (const job of lanes.pending.splice(0)) this.#release(lanes, job);
    return this.#stopping ? undefined : lanes.pending.shift();
  }

  /** Brings one job over the connection, or a new one; returns the connection for the next job. */
  async #carry(lanes: Lanes, job: Job, link: Link | undefined): Promise<Link | undefined> {
    if (!lanes.hop) {
      const text = `There is no SMTP route for ${job.recipients[0]?.domain}.`;
      await this.#finish(lanes, job, { code: 0, status: '4.4.4', text });
      return link;
    }
    const down = link ? undefined : this.#breaker.down(lanes.where, this.#parts.clock());
    if (down) return this.#allDown(lanes, job, down.reply, { downUntil: down.until });
    const content = await this.#open(lanes, job);
    if (!content) return link;
    const open = link ?? (await this.#connect(lanes, lanes.hop, job));
    if (!open) return undefined;
    const { body, smtputf8, dsn } = content.head;
    if (dsn) job.dsn = dsn;
    const { sender, recipients, authResults = null } = job;
    const leaving = leavingOf(content, authResults, this.#parts.config());
    const letter = { sender, recipients, size: leaving.size, body, smtputf8, dsn };
    const replies = await open.send(letter, leaving);
    const { dcid, ip, tls } = open;
    const { host, port } = open.target;
    await this.#finish(lanes, job, replies, { contact: { dcid, ip, host, port, tls, dsn: open.dsn } });
    return open;
  }

  async #open(lanes: Lanes, job: Job): Promise<Opened | undefined> {
    const { open, lost, log } = this.#parts;
    try {
      return await open(job.mid);
    } catch (error) {
      log.error({ err: error, mid: job.mid }, 'the content of a message cannot be read');
      if (error instanceof SpoolFault) {
        await this.#insist(() => lost(job.mid, error.message));
        this.#release(lanes, job);
      } else {
        await this.#finish(lanes, job, { code: 0, status: '4.3.0', text: 'The message cannot be read.' });
      }
      return undefined;
    }
  }

  async #connect(lanes: Lanes, hop: Hop, job: Job): Promise<Link | undefined> {
    const { clock, store } = this.#parts;
    try {
      const way = await this.#way(hop, job);
      if ('reply' in way) {
        if (!way.final) this.#breaker.failed(lanes.where, way.reply, clock());
        return this.#allDown(lanes, job, way.reply, { final: way.final });
      }
      lanes.links.add(way.link);
      if (this.#breaker.reached(lanes.where))
        await store.commit(() => store.hasten([...lanes.domains], clock()));
      return way.link;
    } catch (error) {
      const reply = replyOf(error);
      this.#breaker.failed(lanes.where, reply, clock());
      return this.#allDown(lanes, job, reply, {});
    }
  }

  async #way(hop: Hop, job: Job): Promise<{ link: Link } | { reply: Reply; final: boolean }> {
    const { resolver, random, config, store, limits } = this.#parts;
    const name = config().hostname;
    const way = await resolve(hop, job.recipients[0]?.domain ?? '', { resolver, random, self: name });
    if ('reply' in way) return way;
    const { tls } = this.#controls(job);
    const { ca } = config().delivery;
    const auth = hop.auth ? { auth: hop.auth } : {};
    const opening = { name, lmtp: hop.lmtp, tls, ca, limits, ...auth };
    return { link: await connect(way.targets, opening, () => store.next('dcid')) };
  }

  /** What waits for a hop that cannot be reached was tried with this job: it is not asked again for each. */
  async #allDown(
    lanes: Lanes,
    job: Job,
    reply: Reply,
    how: { final?: boolean; downUntil?: number },
  ): Promise<undefined> {
    const all = [job, ...lanes.pending.splice(0)];
    await Promise.all(all.map((one) => this.#finish(lanes, one, reply, how)));
    return undefined;
  }

  async #finish(
    lanes: Lanes,
    job: Job,
    replies: Reply | Reply[],
    { contact, final, downUntil }: { contact?: Contact; final?: boolean; downUntil?: number } = {},
  ): Promise<void> {
    const { clock, config, settle } = this.#parts;
    const now = clock();
    const outcomes = job.recipients.map((one, i) => {
      const reply = (Array.isArray(replies) ? replies[i] : replies) ?? { code: 0, status: '', text: '' };
      return judge(one, reply, {
        now,
        bouncing: bouncingOf(config(), one.domain),
        final: contact !== undefined || final === true,
        ...(downUntil === undefined ? {} : { downUntil }),
      });
    });
    await this.#insist(() => settle(job, outcomes, contact));
    this.#release(lanes, job);
  }

  /** A result that cannot be written yet must not lead to a second attempt: it is kept and written later. */
  async #insist(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (this.#stopping) throw error;
        this.#parts.log.error({ err: error }, 'a delivery result cannot be written; trying again');
        await pause(RETRY_MS);
      }
    }
  }

  #release(lanes: Lanes, job: Job): void {
    for (const recipient of job.recipients) this.#held.delete(key(recipient));
    lanes.recipients -= job.recipients.length;
  }
}

function drop(lanes: Lanes, link: Link): undefined {
  lanes.links.delete(link);
  if (link.usable()) link.quit();
  else link.close();
}
