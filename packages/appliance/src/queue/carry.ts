/** Carries out what the policies decided: files first, then one transaction for everything that comes of a message. */
import type { Copy, Edit, Extra, Fate, Stay } from '../policy/decision.ts';
import { edited } from '../policy/edit.ts';
import type { Place } from '../quarantine/place.ts';
import type { Examined } from '../scan/engine.ts';
import { acceptedEvents, type Draft, type Head } from './message.ts';
import { notification } from './notify.ts';
import { insertReport, type Written, writeReport } from './report.ts';
import { domainOf, hopDomain } from './route.ts';
import { type Content, read, type Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface CarryParts {
  spool: Spool;
  store: Store;
  /** Puts a message into quarantines, in place of `store.insert`. */
  place: Place;
  config(): { hostname: string };
  clock(): number;
  /** A message has nothing left to do: its file can go. */
  done(mid: number): void;
}

/** A message whose file is on the disk. */
export interface Received {
  head: Head;
  size: number;
  content: Content;
  examined: Examined;
}

type Relation = Extract<Draft, { type: 'related' }>['relation'];

/** A message that comes of it, to be written and inserted. */
interface Letter {
  head: Head;
  size: number;
  examined: Examined;
  fate: Fate;
  /** What is written: the bytes that were received, or others. */
  edits: Edit[];
  bytes?: Buffer;
  relation?: Relation;
  told: Draft[];
}

/** When it returns, all of it is on the disk. What it throws leaves nothing but the file of the message itself. */
export async function carryOut(parts: CarryParts, message: Received, copies: readonly Copy[]): Promise<void> {
  const { store, spool } = parts;
  const letters = copies.flatMap((copy, i) => lettersOf(parts, message, copy, i === 0));
  const written: number[] = [];
  try {
    for (const letter of letters) await write(parts, message, letter, written);
    const reports = await reportsOf(parts, message, letters, written);
    await store.commit(() => {
      for (const letter of letters) insert(parts, message.head.mid, letter);
      for (const report of reports) insertReport(store, report);
    });
  } catch (error) {
    // Where only the sync failed the rows are there, and nobody was told 250: they must not ask for files that go.
    await store
      .commit(() => letters.forEach(({ head }) => void store.abandon(head.mid)))
      .catch(() => undefined);
    for (const mid of written) await spool.remove(mid).catch(() => undefined);
    throw error;
  }
  for (const { head, fate } of letters)
    if (isOver(fate) && head.mid === message.head.mid) parts.done(head.mid);
}

const isOver = (fate: Fate): boolean => fate.do === 'drop' || fate.do === 'bounce';

function lettersOf(parts: CarryParts, message: Received, copy: Copy, first: boolean): Letter[] {
  const { head, size, examined } = message;
  const mid = first ? head.mid : parts.store.next('mid');
  // What was changed by policy is not looked at again.
  const authResults = head.authResults ?? examined.authResults;
  const own: Head = {
    ...head,
    mid,
    ...(authResults ? { authResults } : {}),
    recipients: head.recipients.filter(({ rid }) => copy.rids.includes(rid)),
    ...(copy.hop ? { hop: copy.hop } : {}),
    ...(first ? {} : { from: head.mid }),
  };
  const letter: Letter = {
    head: own,
    size,
    examined,
    fate: copy.fate,
    edits: copy.fate.do === 'deliver' ? copy.edits : [],
    told: policyEvents(own, copy),
    ...(first ? {} : { relation: 'splintered' as const }),
  };
  return [letter, ...copy.extras.map((extra) => extraLetter(parts, message, letter, extra))];
}

/** A message that went its way as every other one needs no line about it. */
function policyEvents({ mid, at }: Head, { policy, actions, why }: Copy): Draft[] {
  if (policy === 'DEFAULT' && actions.length + why.length === 0) return [];
  return [{ type: 'policy', at, mid, policy, actions, why }];
}

function extraLetter(parts: CarryParts, message: Received, letter: Letter, extra: Extra): Letter {
  const mid = parts.store.next('mid');
  const head: Head = { ...letter.head, mid, from: message.head.mid };
  if (extra.do === 'notify') return notifyLetter(parts, message, letter, { ...extra, mid });
  const base = { size: message.size, examined: message.examined, told: [], relation: 'copy' as const };
  if (extra.do === 'copy to quarantine')
    return { ...base, head, fate: { do: 'quarantine', into: [extra.stay] }, edits: [] };
  const recipients = [{ rid: 0, address: extra.address }];
  return {
    ...base,
    head: { ...head, recipients, dsn: undefined },
    fate: { do: 'deliver' },
    edits: letter.edits,
  };
}

function notifyLetter(
  parts: CarryParts,
  message: Received,
  letter: Letter,
  extra: Extract<Extra, { do: 'notify' }> & { mid: number },
): Letter {
  const { hostname } = parts.config();
  const { bytes, head, examined } = notification({
    ...extra,
    hostname,
    about: letter.head,
    found: message.examined.found,
  });
  const from = message.head.mid;
  return {
    head: { ...head, from },
    size: bytes.length,
    bytes,
    examined,
    fate: { do: 'deliver' },
    edits: [],
    told: [],
    relation: 'notification',
  };
}

/** What has nobody to go to needs no file; the message itself has one already. */
async function write(parts: CarryParts, message: Received, letter: Letter, written: number[]): Promise<void> {
  const { head, fate, edits, bytes } = letter;
  const itself = head.mid === message.head.mid;
  if (isOver(fate) || (itself && edits.length === 0)) return;
  const writer = itself
    ? await parts.spool.replace({ ...head, carried: true })
    : await parts.spool.create({ ...head, carried: true });
  if (!itself) written.push(head.mid);
  try {
    const source = bytes ? [bytes] : edited(read(message.content), edits);
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      await writer.write(chunk);
    }
    await writer.finish();
    letter.size = size;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function reportsOf(
  parts: CarryParts,
  message: Received,
  letters: Letter[],
  written: number[],
): Promise<Written[]> {
  const reports: Written[] = [];
  for (const { head, fate } of letters) {
    if (fate.do !== 'bounce' || head.sender === '') continue;
    const { sender, at } = head;
    const { reply } = fate;
    const about = head.recipients.map(({ address }) => ({
      address,
      reply,
      action: 'failed' as const,
      remote: '',
    }));
    const subject = { mid: message.head.mid, sender, received: at, about, at: parts.clock() };
    const { hostname } = parts.config();
    const report = await writeReport({ ...parts, hostname }, subject);
    written.push(report.head.mid);
    reports.push(report);
  }
  return reports;
}

/** Inside the transaction. */
function insert(parts: CarryParts, first: number, letter: Letter): void {
  const { store, place } = parts;
  const { head, size, examined, fate, told, relation } = letter;
  const { mid, at } = head;
  const now = parts.clock();
  const related: Draft[] = relation
    ? [first, mid].map((one) => ({ type: 'related', at, mid: one, from: first, into: mid, relation }))
    : [];
  store.emit(acceptedEvents(head, size, examined, [...related, ...told, ...fateEvents(head, fate)]));
  if (fate.do === 'quarantine')
    place({ head, size, subject: examined.found.subject, now, into: stays(fate.into) });
  else if (fate.do === 'deliver')
    store.insert({ head, size, now, domain: domainsOf(head), quiet: isUnwanted(examined) });
  else if (mid === first) {
    store.insert({ head: { ...head, recipients: [] }, size, now, domain: domainOf });
    store.abandon(mid);
  }
}

/** A report about spam would go to whoever stands in its forged sender. */
const isUnwanted = ({ results }: Examined): boolean =>
  results.some(
    ({ category, verdict }) => (category === 'spam' || category === 'virus') && verdict === 'positive',
  );

const domainsOf = ({ hop }: Head): ((address: string) => string) => (hop ? () => hopDomain(hop) : domainOf);

/** One stay in each quarantine, with all that led there. */
function stays(into: readonly Stay[]): Stay[] {
  const names = [...new Set(into.map((one) => one.quarantine))];
  return names.map((quarantine) => ({
    quarantine,
    reason: into
      .filter((one) => one.quarantine === quarantine)
      .map((one) => one.reason)
      .join('; ')
      .slice(0, 1000),
  }));
}

function fateEvents({ mid, at, recipients }: Head, fate: Fate): Draft[] {
  if (fate.do === 'deliver') return [{ type: 'queued', at, mid }];
  if (fate.do === 'quarantine') return [];
  if (fate.do === 'drop') return [{ type: 'dropped', at, mid, by: fate.by, reason: fate.reason }];
  const { reply } = fate;
  return [
    ...recipients.map(({ rid }): Draft => ({ type: 'bounced', at, mid, dcid: 0, rid, reply })),
    { type: 'finished', at, mid },
  ];
}
