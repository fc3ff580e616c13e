/** Finding a message in one mailbox by its Message-ID, and moving, deleting or putting it back. */
import type { MailboxCopy, MailboxResult } from '@sightline/api';
import type { ImapFlow, ListResponse } from 'imapflow';
import { isSearchable, messageIdIn } from './messageid.ts';
import type { Mailbox } from './recipient.ts';
import type { MailServer } from './settings.ts';

/** What is to be done in every mailbox of a run. */
export interface Deed {
  do: 'find' | 'move' | 'delete' | 'restore';
  /** Exactly as message tracking has them. */
  messageIds: readonly string[];
}

export interface Found extends Pick<MailboxResult, 'state' | 'text' | 'copies'> {
  /** Folders that copies were moved out of, also where not all could be. */
  origins?: string[];
}

interface Copy extends MailboxCopy {
  uid: number;
}

interface Inside {
  client: ImapFlow;
  server: MailServer;
  folders: ListResponse[];
  mailbox: Mailbox;
}

/** Folders of one mailbox, copies in one folder, that are looked at. */
const MOST_FOLDERS = 500;
const MOST_COPIES = 50;
/** Characters; what is longer could not be put back into. */
const LONGEST_PATH = 1000;
/** Folders that only show what is in others. */
const VIEWS = new Set(['\\All', '\\Flagged']);

/** The folders of this mailbox that can be opened; those of others, shared with it, are not among them. */
export async function foldersOf(client: ImapFlow, { root }: Mailbox): Promise<ListResponse[]> {
  const all = (await client.list()).filter(
    ({ flags, path }) => !flags.has('\\Noselect') && path.length <= LONGEST_PATH,
  );
  if (root !== '')
    return all.filter(({ path, delimiter }) => path === root || path.startsWith(root + delimiter));
  const others = [client.namespaces?.other, client.namespaces?.shared]
    .flatMap((one) => one || [])
    .map(({ prefix }) => prefix)
    .filter(Boolean);
  return all.filter(
    ({ path }) => !others.some((prefix) => `${path}/`.startsWith(prefix) || path.startsWith(prefix)),
  );
}

/** Does the deed; `origins` are the folders that copies are put back into, in the order of the copies. */
export async function visit(
  client: ImapFlow,
  server: MailServer,
  mailbox: Mailbox,
  deed: Deed,
  origins: readonly string[],
): Promise<Found> {
  const folders = await foldersOf(client, mailbox);
  if (mailbox.root !== '' && hasDelimiter(mailbox, folders)) return failed(SEPARATED);
  if (folders.length === 0) return { state: 'no_mailbox', text: NO_FOLDERS, copies: [] };
  if (folders.length > MOST_FOLDERS)
    return failed(`It has ${folders.length} folders; ${MOST_FOLDERS} are looked through.`);
  const inside = { client, server, folders, mailbox };
  if (deed.do === 'restore') return restored(inside, deed, origins);
  const copies = await copiesIn(inside, wanted(inside), deed);
  if (copies.length === 0) return { state: 'absent', text: '', copies: [] };
  if (deed.do === 'find') return { state: 'found', text: '', copies: copies.map(shown) };
  return deed.do === 'move' ? moved(inside, deed, copies) : deleted(inside, deed, copies);
}

const NO_FOLDERS = 'There are no folders of this mailbox that the log-in may see.';
const SEPARATED = 'Its name holds the sign that separates folders on this server.';
const failed = (text: string, copies: readonly Copy[] = []): Found => ({
  state: 'failed',
  text,
  copies: copies.map(shown),
});

/** `user.ann.smith` could be the folder smith of ann, where folders are separated by a full stop. */
function hasDelimiter(
  { addresses: [address = ''], root }: Mailbox,
  [folder]: readonly ListResponse[],
): boolean {
  const local = address.slice(0, address.lastIndexOf('@')).split('+')[0] ?? '';
  const delimiter = folder?.delimiter ?? '';
  return delimiter !== '' && root.includes(local) && local.includes(delimiter);
}

/** The folder of a name in the settings: what the server says it is for, or the name itself. */
function named({ folders, mailbox: { root } }: Inside, name: string): string | undefined {
  if (name.startsWith('\\'))
    return folders.find(({ specialUse }) => specialUse?.toLowerCase() === name.toLowerCase())?.path;
  if (root === '') return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
  return name.toUpperCase() === 'INBOX' ? root : root + (folders[0]?.delimiter ?? '/') + name;
}

const targetOf = (inside: Inside): string =>
  named(inside, inside.server.target) ?? named(inside, inside.server.target.slice(1)) ?? '';

/** With the prefix that some servers want before every folder of a person. */
const samePath = ({ client }: Inside, a: string, b: string): boolean => {
  const prefix = client.namespace?.prefix ?? '';
  const whole = (path: string): string =>
    path.toUpperCase() === 'INBOX' ? 'INBOX' : path.startsWith(prefix) ? path : prefix + path;
  return whole(a) === whole(b);
};

/** The folders that are looked through: those of the settings, or all that hold mail of their own. */
function wanted(inside: Inside): string[] {
  const { folders, server } = inside;
  if (server.folders.length === 0)
    return folders.filter(({ specialUse }) => !VIEWS.has(specialUse ?? '')).map(({ path }) => path);
  const names = [...server.folders.map((name) => named(inside, name)), targetOf(inside)];
  return folders
    .map(({ path }) => path)
    .filter((path) => names.some((name) => name && samePath(inside, name, path)));
}

async function copiesIn(inside: Inside, paths: readonly string[], deed: Deed): Promise<Copy[]> {
  const copies: Copy[] = [];
  for (const path of paths) {
    await inside.client.mailboxOpen(path, { readOnly: true });
    copies.push(...(await copiesHere(inside.client, path, deed)));
  }
  return copies;
}

/**
 * In the folder that is open. A search for a header finds every message whose header holds the text (RFC 9051
 * 6.4.4), so each that is found must say exactly the same.
 */
async function copiesHere(client: ImapFlow, folder: string, { messageIds }: Deed): Promise<Copy[]> {
  const ids = new Set(messageIds);
  const uids = new Set<number>();
  for (const id of messageIds.filter(isSearchable)) {
    const found = await client.search({ header: { 'message-id': id } }, { uid: true });
    if (!found) throw new Error('the server refused to search');
    for (const uid of found) uids.add(uid);
  }
  const asked = [...uids].slice(0, MOST_COPIES);
  if (asked.length === 0) return [];
  const query = { uid: true, envelope: true, headers: ['message-id'] };
  const messages = await client.fetchAll(asked.join(), query, { uid: true });
  return messages.flatMap(({ uid, headers, envelope }) => {
    const id = messageIdIn(headers);
    if (id === undefined || !ids.has(id) || !uids.has(uid)) return [];
    const date = new Date(envelope?.date ?? Number.NaN);
    return {
      uid,
      folder,
      messageId: id,
      subject: (envelope?.subject ?? '').slice(0, 500),
      from: (envelope?.from?.[0]?.address ?? '').slice(0, 320),
      date: Number.isNaN(date.getTime()) ? null : date.toISOString(),
    };
  });
}

const shown = ({ uid: _, ...copy }: Copy): MailboxCopy => copy;

/** Copies by folder. */
function byFolder(copies: readonly Copy[]): Map<string, Copy[]> {
  const folders = new Map<string, Copy[]>();
  for (const copy of copies) folders.set(copy.folder, [...(folders.get(copy.folder) ?? []), copy]);
  return folders;
}

const PLAIN_EXPUNGE =
  'The server offers neither UIDPLUS nor MOVE, so that this could not be done without touching other messages.';

const can = ({ client: { capabilities } }: Inside, what: 'move' | 'delete'): boolean =>
  capabilities.has('UIDPLUS') ||
  capabilities.has('IMAP4rev2') ||
  (what === 'move' && capabilities.has('MOVE'));

async function moved(inside: Inside, deed: Deed, copies: readonly Copy[]): Promise<Found> {
  const target = targetOf(inside);
  const away = copies.filter(({ folder }) => !samePath(inside, folder, target));
  if (away.length === 0)
    return { state: 'already', text: `It is in ${target} already.`, copies: copies.map(shown) };
  if (!can(inside, 'move')) return failed(PLAIN_EXPUNGE, copies);
  await ensured(inside, target);
  const origins: string[] = [];
  for (const [folder, some] of byFolder(away)) {
    const left = await emptied(inside, folder, some, deed, (uids) =>
      inside.client.messageMove(uids, target, { uid: true }),
    );
    if (left) return { ...failed(`${left} of ${folder}.`, copies), origins };
    origins.push(...some.map(() => folder));
  }
  return { state: 'moved', text: `Moved to ${target}; it was in:`, copies: away.map(shown), origins };
}

async function ensured({ client, folders }: Inside, target: string): Promise<void> {
  if (!folders.some(({ path }) => path === target)) await client.mailboxCreate(target);
}

async function deleted(inside: Inside, deed: Deed, copies: readonly Copy[]): Promise<Found> {
  if (!can(inside, 'delete')) return failed(PLAIN_EXPUNGE, copies);
  for (const [folder, some] of byFolder(copies)) {
    const left = await emptied(inside, folder, some, deed, (uids) =>
      inside.client.messageDelete(uids, { uid: true }),
    );
    if (left) return failed(`${left} of ${folder}.`, copies);
  }
  return { state: 'deleted', text: 'It was in:', copies: copies.map(shown) };
}

/**
 * Takes copies out of a folder, and looks whether they are gone: '' or what is wrong. What was found before is found
 * anew in the folder as it is opened for writing, for its numbers may be other ones by now.
 */
async function emptied(
  { client }: Inside,
  folder: string,
  copies: readonly Copy[],
  deed: Deed,
  work: (uids: string) => Promise<unknown>,
): Promise<string> {
  const { readOnly } = await client.mailboxOpen(folder);
  if (readOnly) return 'The log-in may not take anything out';
  const known = new Set(copies.map(({ uid }) => uid));
  const now = (await copiesHere(client, folder, deed)).filter(({ uid }) => known.has(uid));
  if (now.length === 0) return '';
  const done = await work(now.map(({ uid }) => uid).join());
  // The library calls it a refusal, too, when the connection ends before the answer.
  if (!done && !client.usable)
    throw Object.assign(new Error('connection lost'), { code: 'EConnectionClosed' });
  if (!done) return 'The server refused to take it out';
  const after = await copiesHere(client, folder, deed);
  return after.some(({ uid }) => known.has(uid))
    ? 'The server said that it was done, but it did not go out'
    : '';
}

/** Puts copies back from where they were moved to. What has been put back already stays. */
async function restored(inside: Inside, deed: Deed, origins: readonly string[]): Promise<Found> {
  const target = targetOf(inside);
  const there = inside.folders.some(({ path }) => samePath(inside, path, target));
  const copies = there ? await copiesIn(inside, [target], deed) : [];
  const back = origins.slice(0, copies.length);
  if (back.length === 0) return wherever(inside, deed, origins);
  if (!can(inside, 'move')) return failed(PLAIN_EXPUNGE, copies);
  const put: Copy[] = [];
  for (const [i, folder] of back.entries()) {
    const copy = copies[i];
    if (!copy) break;
    await ensured(inside, folder);
    const left = await emptied(inside, target, [copy], deed, (uids) =>
      inside.client.messageMove(uids, folder, { uid: true }),
    );
    if (left) return failed(`${left} of ${target}.`, put);
    put.push({ ...copy, folder });
  }
  return { state: 'restored', text: 'It is again in:', copies: put.map(shown) };
}

async function wherever(inside: Inside, deed: Deed, origins: readonly string[]): Promise<Found> {
  const paths = inside.folders.map(({ path }) => path).filter((path) => origins.includes(path));
  const copies = await copiesIn(inside, paths, deed);
  if (copies.length === 0)
    return { state: 'absent', text: 'It is not in the folder that it was moved to.', copies: [] };
  return { state: 'already', text: 'It is back already.', copies: copies.map(shown) };
}
