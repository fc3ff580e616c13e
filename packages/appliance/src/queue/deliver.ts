/**
 * Takes due recipients out of the store and brings them to their next hops. Delivery is at least once: a result
 * counts when it is committed, and a crash before that repeats the attempt.
 */
import type { Config, Reply } from '@sightline/api';
import type { Logger } from 'pino';
import { createLanes, group, type Job, type Lanes, linger } from './lanes.ts';
import { connect, type Link, type LinkLimits } from './link.ts';
import { replyOf } from './reply.ts';
import type { Hop } from './route.ts';
import { judge, type Outcome } from './schedule.ts';
import { type Content, SpoolFault } from './spool.ts';
import type { Store } from './store.ts';

/** An attempt that reached a next hop. */
export interface Contact {
  dcid: number;
  host: string;
  port: number;
  ip: string;
}

export interface DeliveryParts {
  store: Pick<Store, 'due' | 'next'>;
  open(mid: number): Promise<Content>;
  /** Makes the outcomes durable. */
  settle(job: Job, outcomes: Outcome[], contact: Contact | undefined): Promise<void>;
  /** The content cannot be read: nothing can be delivered. */
  lost(mid: number, reason: string): Promise<void>;
  config(): Config;
  clock(): number;
  log: Logger;
  /** `lingerMs`: how long an idle connection is kept for the next message. */
  limits: LinkLimits & { lingerMs: number };
}

/** Most recipients held in memory, in all and for one hop. */
const MOST = 1000;
const MOST_PER_HOP = 400;
/** With more than this in hand, new mail waits for the next poll instead of a query of its own. */
const ENOUGH = 100;
const POLL_MS = 500;
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
  readonly #poll: NodeJS.Timeout;
  #stopping = false;
  #soon: NodeJS.Immediate | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
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
    if (!this.#stopping) this.#soon ??= setImmediate(() => this.#refill());
  }

  /** Waits for messages in transfer, at most `ms`, then cuts the connections. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#poll);
    if (this.#soon) clearImmediate(this.#soon);
    const all = [...this.#hops.values()];
    for (const lanes of all) for (const idle of lanes.idle.splice(0)) idle();
    const running = Promise.all(all.flatMap((lanes) => [...lanes.running]));
    await within(ms, running);
    for (const lanes of all) for (const link of lanes.links) link.close();
  }

  #refill(): void {
    this.#soon = undefined;
    try {
      const { store, clock, config } = this.#parts;
      const full = [...this.#hops.values()].filter((lanes) => lanes.recipients >= MOST_PER_HOP);
      const except = full.flatMap((lanes) => [...lanes.domains]);
      const due = store.due(clock(), MOST + this.#held.size, except);
      const fresh = due.filter((one) => !this.#held.has(key(one)));
      for (const { where, hop, job } of group(fresh, config().routes)) this.#enqueue(where, hop, job);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the queue cannot be read; trying again');
    }
  }

  #enqueue(where: string, hop: Hop | undefined, job: Job): void {
    const lanes = this.#hops.get(where) ?? createLanes(hop);
    this.#hops.set(where, lanes);
    for (const recipient of job.recipients) {
      this.#held.add(key(recipient));
      lanes.domains.add(recipient.domain);
    }
    lanes.recipients += job.recipients.length;
    lanes.pending.push(job);
    const idle = lanes.idle.shift();
    if (idle) idle();
    else if (lanes.running.size < this.#parts.config().delivery.connections) this.#startLane(where, lanes);
  }

  #startLane(where: string, lanes: Lanes): void {
    const lane = this.#runLane(lanes)
      .catch((error: unknown) => this.#parts.log.error({ err: error, hop: where }, 'delivery lane failed'))
      .finally(() => {
        lanes.running.delete(lane);
        if (this.#stopping) return;
        if (lanes.pending.length > 0) this.#startLane(where, lanes);
        else if (lanes.running.size === 0) this.#hops.delete(where);
      });
    lanes.running.add(lane);
  }

  async #runLane(lanes: Lanes): Promise<void> {
    let link: Link | undefined;
    try {
      for (let job = await this.#next(lanes); job; job = await this.#next(lanes)) {
        if (link && !link.usable()) link = drop(lanes, link);
        link = await this.#carry(lanes, job, link);
      }
    } finally {
      if (link) drop(lanes, link);
    }
  }

  async #next(lanes: Lanes): Promise<Job | undefined> {
    if (lanes.pending.length === 0 && !this.#stopping) await linger(lanes, this.#parts.limits.lingerMs);
    return this.#stopping ? undefined : lanes.pending.shift();
  }

  /** Brings one job over the connection, or a new one; returns the connection for the next job. */
  async #carry(lanes: Lanes, job: Job, link: Link | undefined): Promise<Link | undefined> {
    if (!lanes.hop) {
      const text = `There is no SMTP route for ${job.recipients[0]?.domain}.`;
      await this.#finish(lanes, job, { code: 0, status: '4.4.4', text });
      return link;
    }
    const content = await this.#open(lanes, job);
    if (!content) return link;
    const open = link ?? (await this.#connect(lanes, lanes.hop, job));
    if (!open) return undefined;
    const recipients = job.recipients.map((one) => one.address);
    const replies = await open.send({ sender: job.sender, recipients, content });
    await this.#finish(lanes, job, replies, { dcid: open.dcid, ip: open.ip, ...lanes.hop });
    return open;
  }

  async #open(lanes: Lanes, job: Job): Promise<Content | undefined> {
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
    const { config, store, limits } = this.#parts;
    try {
      const { host, port } = hop;
      const link = await connect({ host, port }, config().hostname, store.next('dcid'), limits);
      lanes.links.add(link);
      return link;
    } catch (error) {
      // What waits for a hop that cannot be reached was tried with this job: it is not asked again for each.
      const reply = replyOf(error);
      const all = [job, ...lanes.pending.splice(0)];
      await Promise.all(all.map((one) => this.#finish(lanes, one, reply)));
      return undefined;
    }
  }

  async #finish(lanes: Lanes, job: Job, replies: Reply | Reply[], contact?: Contact): Promise<void> {
    const { clock, config, settle } = this.#parts;
    const now = clock();
    const outcomes = job.recipients.map((one, i) => {
      const reply = Array.isArray(replies) ? replies[i] : replies;
      return judge(one, reply ?? { code: 0, status: '', text: '' }, {
        now,
        delivery: config().delivery,
        connected: contact !== undefined,
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
