/** Quarantines and lists of the mail path, put together. */
import type { Config, ListApplication, QueueAction } from '@sightline/api';
import type { Logger } from 'pino';
import type { ApplyParts } from './lists/apply.ts';
import { listCommands } from './lists/commands.ts';
import { inMemory } from './lists/memory.ts';
import { spare } from './lists/spare.ts';
import { openListStore } from './lists/store.ts';
import type { Commands } from './mta/contract.ts';
import { act, type QuarantineParts, quarantineCommands } from './quarantine/commands.ts';
import { startExpiry } from './quarantine/expiry.ts';
import { type Place, placing } from './quarantine/place.ts';
import { renamed } from './quarantine/rename.ts';
import { openQuarantineStore } from './quarantine/store.ts';
import type { By, QueueCommands } from './queue/commands.ts';
import type { Head } from './queue/message.ts';
import type { Content, Spool } from './queue/spool.ts';
import type { Store } from './queue/store.ts';
import { respondCommands } from './respond/respond.ts';
import { openResponseStore } from './respond/store.ts';
import type { Examined } from './scan/engine.ts';
import { listed } from './scan/listed.ts';
import type { Listed, Lists } from './scan/lists.ts';
import type { Scanned } from './scan/scanned.ts';

export interface ResponseParts {
  store: Store;
  spool: Spool;
  scan(content: Content): Promise<Scanned>;
  config(): Config;
  clock(): number;
  /** A message is finished: its file can go. */
  done(mid: number): void;
  /** Something was committed. */
  changed(): void;
  /** Whether a message is on its way to a next hop at this moment: then it cannot be stopped. */
  busy(mid: number): boolean;
  queue: Pick<QueueCommands, 'act' | 'list'>;
  log: Logger;
}

export interface Response {
  place: Place;
  quarantine: Commands<'quarantine'>;
  lists: Commands<'lists'>;
  respond: Commands<'respond'>;
  /** The blocklist that is in force now. */
  blocked(): Lists;
  /** The entry that keeps a client out. */
  blockedClient(ip: string): Listed | undefined;
  /** What the engines said, without spam of those who are on the safelist. */
  spared(head: Head, examined: Examined): Examined;
  /** Inside a transaction: the content of a message cannot be used any more. */
  lost(mid: number): void;
  /** Messages follow quarantines that the new configuration calls by another name. */
  configured(before: Config, after: Config): Promise<void>;
  stop(): Promise<void>;
}

export function openResponse(parts: ResponseParts): Response {
  const { store, config, clock, log } = parts;
  const quarantine = openQuarantineStore(store.db);
  const lists = openListStore(store.db);
  const memory = inMemory(lists, clock);
  const inQuarantine: QuarantineParts = { ...parts, quarantine };
  const place = placing({ store, quarantine, config });
  const expiry = startExpiry(inQuarantine, log);
  const waiting: ApplyParts['waiting'] = (limit) => ({
    queue: store.waiting(limit),
    quarantine: quarantine.search({ limit }).found.map(({ mid }) => mid),
  });
  const halt: ApplyParts['stop'] = (how, mids, by) => stop(inQuarantine, parts, place, how, mids, by);
  const rooms = {
    quarantine: quarantineCommands(inQuarantine),
    lists: listCommands({
      ...parts,
      lists,
      memory,
      waiting,
      stop: halt,
      remove: async (mids, { actor, reason }) => {
        const messages = [...new Set(mids)].map((mid) => ({ mid }));
        return (await act(inQuarantine, { act: { do: 'delete' }, select: { messages }, reason }, actor))
          .messages;
      },
    }),
  };
  return {
    place,
    ...rooms,
    respond: respondCommands({
      ...parts,
      ...rooms,
      waiting,
      stop: halt,
      settle: async (action, mids, by) => queued(parts, action, await heldOf(parts, mids), by),
      responses: openResponseStore(store.db),
      entries: () => lists.all(clock()),
    }),
    blocked: () => memory.lists('block'),
    blockedClient: (ip) => listed(memory.lists('block'), ip),
    spared: (head, examined) => spare(memory.lists('safe'), head, examined),
    lost: (mid) => quarantine.forget(mid),
    async configured(before, after) {
      const names = renamed(before.quarantines, after.quarantines);
      if (names.length > 0)
        await store.commit(() => names.forEach(([from, to]) => void quarantine.rename(from, to)));
    },
    stop: () => expiry.stop(),
  };
}

/** Done to messages of the queue one by one, so that it is known to which. */
async function queued(
  { queue }: ResponseParts,
  action: QueueAction,
  mids: number[],
  { actor, reason }: By,
): Promise<number[]> {
  const done: number[] = [];
  for (const mid of mids)
    if ((await queue.act({ action, select: { mids: [mid] }, actor, reason })).messages > 0) done.push(mid);
  return done;
}

/** Those of them that somebody holds in the queue. */
async function heldOf({ queue }: ResponseParts, mids: number[]): Promise<number[]> {
  const held: number[] = [];
  for (const mid of mids) {
    const { messages } = await queue.list({ state: 'held', limit: 1, after: mid - 1 });
    if (messages[0]?.mid === mid) held.push(mid);
  }
  return held;
}

/** Takes messages out of the queue, except those that are on their way already; returns which. */
async function stop(
  { clock }: QuarantineParts,
  parts: ResponseParts,
  place: Place,
  how: { do: ListApplication['do']; quarantine: string },
  mids: number[],
  by: { actor: string; reason: string },
): Promise<number[]> {
  if (how.do === 'hold') return queued(parts, 'hold', mids, by);
  const { store, spool, busy, done, changed } = parts;
  const stopped: number[] = [];
  for (const mid of mids) {
    const found = store.has(mid) ? await spool.open(mid).catch(() => undefined) : undefined;
    if (!found) continue;
    const { head, ...content } = found;
    const { subject } = await parts.scan(content);
    await store.commit(() => {
      const recipients = busy(mid) ? [] : store.withdraw(mid);
      if (recipients.length === 0) return;
      stopped.push(mid);
      if (how.do === 'delete') {
        store.emit([{ type: 'dropped', at: clock(), mid, by: by.actor, reason: by.reason }]);
        store.abandon(mid);
        return;
      }
      const reason = `taken from the queue by ${by.actor}: ${by.reason}`;
      const into = [{ quarantine: how.quarantine, reason }];
      place({
        head: { ...head, recipients },
        size: content.end - content.start,
        subject,
        now: clock(),
        into,
      });
    });
  }
  if (how.do === 'delete') for (const mid of stopped) done(mid);
  changed();
  return stopped;
}
