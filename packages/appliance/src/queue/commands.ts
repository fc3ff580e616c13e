/** What a person can see of the queue and do to it: plain data in and out, for whoever carries it here. */
import type {
  DeliveryStatus,
  DestinationStatus,
  QueueAction,
  QueueFilter,
  QueuePage,
  QueueResult,
  QueueSelection,
  SuspendOrder,
  Suspension,
} from '@sightline/api';
import type { Logger } from 'pino';
import type { Delivery } from './deliver.ts';
import type { Job } from './lanes.ts';
import type { Outcome } from './schedule.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';
import type { PageStore } from './store-page.ts';
import type { Tally } from './tally.ts';

/** Whoever acts; both go into tracking. */
export interface By {
  actor: string;
  reason: string;
}

export interface QueueCommands {
  list(query: QueueFilter & { limit: number; after: number }): Promise<QueuePage>;
  /** Applied message by message: each wholly or not at all. A message in transfer is skipped. */
  act(order: { action: QueueAction; select: QueueSelection } & By): Promise<QueueResult>;
  status(): Promise<DeliveryStatus>;
  suspend(order: SuspendOrder & { actor: string }): Promise<Suspension>;
}

export interface CommandParts {
  store: Store;
  page: PageStore;
  spool: Pick<Spool, 'open'>;
  tally: Tally;
  /** Undefined before the start of delivery. */
  delivery(): Delivery | undefined;
  settle(job: Job, outcomes: Outcome[]): Promise<void>;
  done(mid: number): void;
  changed(): void;
  /** The suspension is another one. */
  suspended(now: Suspension): void;
  since: string;
  clock(): number;
  log: Logger;
}

/** Messages done in one transaction. */
const CHUNK = 500;

export function queueCommands(parts: CommandParts): QueueCommands {
  const { page, clock } = parts;
  return {
    async list({ limit, after, ...filter }) {
      const messages = page.list(filter, clock(), after, limit);
      const last = messages.length === limit ? messages.at(-1) : undefined;
      return { messages, total: page.count(filter, clock()), after: last?.mid ?? null };
    },
    act: (order) => act(parts, order),
    status: async () => status(parts),
    suspend: (order) => suspend(parts, order),
  };
}

type Order = Parameters<QueueCommands['act']>[0];

async function act(parts: CommandParts, order: Order): Promise<QueueResult> {
  const { log, changed, clock } = parts;
  const result = { messages: 0, skipped: 0 };
  for (const mids of chosen(parts, order.select, clock())) {
    const messages = await chunk(parts, mids, order);
    result.messages += messages;
    result.skipped += mids.length - messages;
  }
  const { action, actor, reason, select } = order;
  log.info(
    { user: actor, action: `queue.${action}`, reason, select, ...result },
    'queue changed by a person',
  );
  changed();
  return result;
}

/** MIDs in pieces. A filter is read anew for each piece, behind the last one. */
function* chosen({ page }: CommandParts, select: QueueSelection, now: number): Generator<number[]> {
  if ('mids' in select) {
    const mids = [...new Set(select.mids)];
    for (let at = 0; at < mids.length; at += CHUNK) yield mids.slice(at, at + CHUNK);
    return;
  }
  for (let after = 0; ; ) {
    const mids = page.mids(select.filter, now, after, CHUNK);
    if (mids.length === 0) return;
    yield mids;
    after = mids.at(-1) ?? after;
  }
}

/** Returns how many it was done to. */
async function chunk(parts: CommandParts, mids: number[], order: Order): Promise<number> {
  const delivery = parts.delivery();
  const free = delivery ? delivery.withdraw(mids) : mids;
  try {
    if (order.action === 'bounce') return await bounce(parts, free, order);
    const done = await parts.store.commit(() => free.filter((mid) => apply(parts, mid, order)));
    if (order.action === 'delete') for (const mid of done) parts.done(mid);
    return done.length;
  } finally {
    delivery?.restore(free);
  }
}

/** Inside the transaction; returns whether it applied. */
function apply({ store, page, clock }: CommandParts, mid: number, { action, actor, reason }: Order): boolean {
  const at = clock();
  switch (action) {
    case 'hold':
      if (!page.hold(mid)) return false;
      store.emit([{ type: 'held', at, mid, actor, reason }]);
      return true;
    case 'release':
      if (!page.release(mid, at)) return false;
      store.emit([{ type: 'resumed', at, mid, actor, reason }]);
      return true;
    case 'retry':
      if (!page.retry(mid, at)) return false;
      store.emit([{ type: 'retried', at, mid, actor, reason }]);
      return true;
    default:
      if (page.recipients(mid).length === 0) return false;
      store.emit([
        { type: 'dropped', at, mid, by: actor, reason },
        { type: 'finished', at, mid },
      ]);
      store.abandon(mid);
      return true;
  }
}

/** Gives up now: as if every recipient had been refused for good, with the report that its sender gets then. */
async function bounce(parts: CommandParts, mids: number[], { actor, reason }: Order): Promise<number> {
  const { page, settle } = parts;
  let bounced = 0;
  for (const mid of mids) {
    const recipients = page.recipients(mid);
    const first = recipients[0];
    if (!first) continue;
    const { sender, received, size, quiet } = first;
    const reply = { code: 0, status: '5.7.0', text: `Returned by ${actor}: ${reason}` };
    const outcomes = recipients.map(
      ({ rid, attempts }): Outcome => ({ rid, kind: 'bounced', reply, attempts, retryAt: 0, late: false }),
    );
    await settle({ mid, sender, received, size, quiet, recipients }, outcomes);
    bounced++;
  }
  return bounced;
}

async function suspend(parts: CommandParts, order: SuspendOrder & { actor: string }): Promise<Suspension> {
  const { store, page, log, changed, suspended } = parts;
  const { what, domain, suspended: on, actor, reason } = order;
  await store.commit(() => page.suspend(what, domain, on));
  const now = page.suspension();
  suspended(now);
  log.info(
    { user: actor, action: on ? 'queue.suspend' : 'queue.resume', what, domain, reason },
    'mail flow changed',
  );
  changed();
  return now;
}

function status(parts: CommandParts): DeliveryStatus {
  const { store, page, tally, clock, since } = parts;
  const rows = new Map(page.byDomain(clock()).map((row) => [row.domain, row]));
  const suspension = page.suspension();
  const domains = new Set([...rows.keys(), ...suspension.domains, ...tally.domains().slice(-1000)]);
  const { queued, oldest } = store.figures();
  return {
    since,
    queued,
    oldest: oldest === null ? null : new Date(oldest).toISOString(),
    suspension,
    destinations: [...domains].map((domain): DestinationStatus => {
      const row = rows.get(domain);
      const host = parts.delivery()?.hostOf(domain) ?? { host: 'unknown', connections: 0 };
      return {
        domain,
        ...host,
        suspended: suspension.delivery || suspension.domains.includes(domain),
        active: row?.active ?? 0,
        deferred: row?.deferred ?? 0,
        held: row?.held ?? 0,
        ...tally.of(domain),
        oldest: row ? new Date(row.oldest).toISOString() : null,
      };
    }),
  };
}
