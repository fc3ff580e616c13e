/** What can be done with quarantines: the commands of the mail process. */
import {
  type Config,
  fail,
  type MessageContent,
  type QuarantineAct,
  type QuarantineOrder,
  type QuarantineResult,
  type QuarantineSelection,
  type QuarantineStatus,
  type QuarantineView,
  quarantineOf,
} from '@sightline/api';
import { framed } from '@sightline/api/web/frame';
import type { Commands } from '../mta/contract.ts';
import { type Content, type Spool, SpoolFault } from '../queue/spool.ts';
import type { Store } from '../queue/store.ts';
import type { Scanned } from '../scan/scanned.ts';
import { parseMailbox, write } from '../smtp/address.ts';
import { type Copied, copy } from './copy.ts';
import { defang } from './defang.ts';
import { type Decided, delay, move, type Outcome, release, remove } from './settle.ts';
import type { QuarantineStore } from './store.ts';
import { readBodies, readHeader, readPiece } from './view.ts';

export interface QuarantineParts {
  store: Store;
  quarantine: QuarantineStore;
  spool: Spool;
  scan(content: Content): Promise<Scanned>;
  config(): Config;
  /** Epoch milliseconds. */
  clock(): number;
  /** A message is finished: its file can go. */
  done(mid: number): void;
  /** Something was committed. */
  changed(): void;
}

const HOUR_MS = 3_600_000;
/** Messages in one transaction. */
const AT_ONCE = 100;
const MOST = 10_000;
const PIECE = 1024 * 1024;

export interface Chosen {
  mid: number;
  /** Quarantines that it is to leave. */
  from: string[];
}

export function quarantineCommands(parts: QuarantineParts): Commands<'quarantine'> {
  const { quarantine, spool } = parts;
  const kept = async (mid: number): Promise<Content> => {
    if (!quarantine.message(mid)) throw fail('not_found', { what: `quarantined message ${mid}` });
    return spool.open(mid).catch((error: unknown) => {
      throw error instanceof SpoolFault ? fail('not_found', { what: `content of message ${mid}` }) : error;
    });
  };
  return {
    list: async () => statuses(parts),
    search: async (query) => {
      const { found, total } = quarantine.search(query);
      const last = found.length === query.limit ? found.at(-1) : undefined;
      const after = last ? `${Date.parse(last.entered)}:${last.mid}:${last.quarantine}` : null;
      return { messages: found, total, after };
    },
    content: (mid) => content(parts, mid),
    view: async (mid) => view(parts, mid, await kept(mid)),
    html: async (mid) => {
      const bodies = await readBodies(await kept(mid));
      return framed(bodies?.html ?? '<p>This message has no part in HTML that could be read.</p>');
    },
    piece: async (mid, offset) => readPiece(await kept(mid), offset, PIECE),
    act: (order, actor) => act(parts, order, actor),
  };
}

function statuses({ quarantine, config }: QuarantineParts): QuarantineStatus[] {
  const named = config().quarantines;
  const totals = quarantine.totals();
  const gone = totals.filter((one) => !named.some(({ name }) => name === one.quarantine));
  const all = [...named, ...gone.map((one) => quarantineOf(named, one.quarantine))];
  return all.map((settings) => {
    const held = totals.find((one) => one.quarantine === settings.name);
    return {
      ...settings,
      messages: held?.messages ?? 0,
      bytes: held?.bytes ?? 0,
      oldest: held ? new Date(held.oldest).toISOString() : null,
      removed: !named.includes(settings),
    };
  });
}

async function view(parts: QuarantineParts, mid: number, content: Content): Promise<QuarantineView> {
  const { quarantine, scan } = parts;
  const [header, bodies, found] = await Promise.all([
    readHeader(content),
    readBodies(content),
    scan(content),
  ]);
  return {
    stays: quarantine.search({ mid, limit: 50 }).found,
    header,
    text: bodies?.text ?? '',
    html: bodies?.html !== undefined,
    attachments: found.attachments,
    urls: found.urls.map(defang),
    parse: bodies ? found.parse : 'failed',
  };
}

const NOT_HELD: MessageContent = { held: 'none', header: '', text: '', html: null, parse: 'complete' };

/** Of any message whose bytes are here, in quarantine or not. */
async function content(parts: QuarantineParts, mid: number): Promise<MessageContent> {
  const { quarantine, store, spool } = parts;
  const held = quarantine.message(mid) ? 'quarantine' : store.has(mid) ? 'queue' : 'none';
  if (held === 'none') return NOT_HELD;
  const found = await spool.open(mid).catch((error: unknown) => {
    if (error instanceof SpoolFault) return undefined;
    throw error;
  });
  if (!found) return NOT_HELD;
  const [header, bodies] = await Promise.all([readHeader(found), readBodies(found)]);
  const { text = '', html = null } = bodies ?? {};
  return { held, header, text, html, parse: bodies ? 'complete' : 'failed' };
}

/** Carries out an order on each message that it chooses, some of them in one transaction. */
export async function act(
  parts: QuarantineParts,
  { act, select, reason }: QuarantineOrder,
  actor: string,
): Promise<QuarantineResult> {
  check(parts, act);
  const result: QuarantineResult = { messages: 0, skipped: 0 };
  const chosen = choose(parts.quarantine, select);
  const step = 'to' in act && act.to !== undefined ? 1 : AT_ONCE;
  for (let i = 0; i < chosen.length; i += step) {
    const outcomes = await together(parts, act, chosen.slice(i, i + step), { actor, reason });
    for (const { done } of outcomes) result[done ? 'messages' : 'skipped']++;
  }
  return result;
}

function check({ config }: QuarantineParts, act: QuarantineAct): void {
  if (act.do === 'move' && !config().quarantines.some(({ name }) => name === act.into))
    throw fail('not_found', { what: `quarantine "${act.into}"` });
  for (const address of 'to' in act ? (act.to ?? []) : [])
    if (!parseMailbox(address)) throw fail('bad_request', { reason: `${address} is not an address` });
}

function choose(quarantine: QuarantineStore, select: QuarantineSelection): Chosen[] {
  if ('messages' in select)
    return select.messages.map(({ mid, quarantine: name }) => ({
      mid,
      from: name === undefined ? quarantine.stays(mid).map((stay) => stay.quarantine) : [name],
    }));
  const byMid = new Map<number, string[]>();
  for (const { mid, quarantine: name } of quarantine.search({ ...select.filter, limit: MOST }).found)
    byMid.set(mid, [...(byMid.get(mid) ?? []), name]);
  return [...byMid].map(([mid, from]) => ({ mid, from }));
}

async function together(
  parts: QuarantineParts,
  act: QuarantineAct,
  chosen: Chosen[],
  by: Omit<Decided, 'now'>,
): Promise<Outcome[]> {
  const decided = { ...by, now: parts.clock() };
  const [first] = chosen;
  if ('to' in act && act.to && first) return [await elsewhere(parts, act, first, decided)];
  const outcomes = await parts.store.commit(() => chosen.map((one) => perform(parts, act, one, decided)));
  settled(parts, chosen, outcomes);
  return outcomes;
}

function perform(
  parts: QuarantineParts,
  act: QuarantineAct,
  { mid, from }: Chosen,
  decided: Decided,
): Outcome {
  switch (act.do) {
    case 'release':
      return release(parts, mid, from, decided);
    case 'delete':
      return remove(parts, mid, from, decided);
    case 'delay':
      return delay(parts, mid, from, { ...decided, hours: act.hours });
    case 'move': {
      const { keepHours } = quarantineOf(parts.config().quarantines, act.into);
      const leaves = decided.now + keepHours * HOUR_MS;
      return move(parts, mid, from, { ...decided, into: act.into, leaves });
    }
    case 'copy':
      throw new Error('a copy is written before');
  }
}

/** To other addresses: as a message of its own, beside the original or in its place. */
async function elsewhere(
  parts: QuarantineParts,
  act: Extract<QuarantineAct, { to?: string[] | undefined }>,
  { mid, from }: Chosen,
  { actor, reason, now }: Decided,
): Promise<Outcome> {
  const { store, quarantine } = parts;
  const to = (act.to ?? []).flatMap((text) => parseMailbox(text) ?? []).map(write);
  const isCopy = act.do === 'copy';
  if (!quarantine.message(mid)) return { done: false, over: undefined };
  // Reports about a copy would go to a stranger.
  const written = await copy(parts, mid, { to, now, ...(isCopy ? { sender: '' } : {}) });
  const why = `${reason} (to ${to.join(', ')})`;
  let inserted = false;
  const insert = (): void => {
    written.insert(now);
    inserted = true;
  };
  const outcome = await store
    .commit(() => {
      if (!isCopy) return release(parts, mid, from, { actor, reason: why, now }, insert);
      if (!quarantine.message(mid)) return { done: false, over: undefined };
      insert();
      return { done: true, over: undefined };
    })
    .catch((error: unknown) => discarded(written, error));
  if (!inserted) await written.discard();
  settled(parts, [{ mid, from }], [outcome]);
  return outcome;
}

async function discarded(written: Copied, error: unknown): Promise<never> {
  await written.discard();
  throw error;
}

/** After the commit. */
export function settled(
  parts: Pick<QuarantineParts, 'done' | 'changed'>,
  chosen: Chosen[],
  outcomes: Outcome[],
): void {
  for (const [i, { over }] of outcomes.entries()) if (over === 'dropped') parts.done(chosen[i]?.mid ?? 0);
  parts.changed();
}
