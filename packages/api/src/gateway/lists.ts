/** Blocklists and safelists: what is kept out, or spared, from the next message on. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { senderOf } from './sender.ts';

/** `block`: by the mail policy's row for blocklists. `safe`: not taken for spam, whatever the engines say. */
export const ListName = z.enum(['block', 'safe']);
export type ListName = z.infer<typeof ListName>;

export const ListKind = z.enum([
  'sender',
  'domain',
  /** Address or network of a client; a blocked one is refused at its connection. */
  'network',
  /** Host of links, or one link. */
  'url',
  'sha256',
  /** Pattern: `*` stands for any characters, `?` for one. */
  'subject',
  /** Pattern of a file name. */
  'attachment',
]);
export type ListKind = z.infer<typeof ListKind>;

/** A safelist knows only who sends. */
export const SAFE_KINDS: readonly ListKind[] = ['sender', 'domain', 'network'];

const HINT: Record<ListKind, string> = {
  sender: 'Enter an address such as ann@example.com.',
  domain: 'Enter a domain such as example.com; its subdomains are covered.',
  network: 'Enter an IP address or a network such as 192.0.2.0/24.',
  url: 'Enter a host such as evil.example.com, or a whole link.',
  sha256: 'A SHA-256 has 64 hexadecimal digits.',
  subject: 'Enter a pattern of at least three characters besides * and ?.',
  attachment: 'Enter a pattern of at least three characters besides * and ?.',
};

const ADDRESS = /^[^\s@<>"(),;:\\]{1,64}@[^\s@<>"(),;:\\[\]]{1,253}$/;
const HOST = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const refanged = (text: string): string =>
  text
    .replace(/^hxxp/i, 'http')
    .replace(/\[(:|:\/\/)\]/g, '$1')
    .replace(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replace(/\[@\]|\[at\]/gi, '@');

/** As a URL has it: lower case, in ASCII. */
function hostOf(text: string): string | undefined {
  const plain = text.replace(/^[.@]+|\.+$/g, '');
  if (plain === '' || /[\s/?#@:]/.test(plain) || !URL.canParse(`http://${plain}`)) return undefined;
  const host = new URL(`http://${plain}`).hostname;
  return HOST.test(host) ? host : undefined;
}

function link(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return hostOf(text);
  return URL.canParse(text) && !/\s/.test(text) ? text.toLowerCase() : undefined;
}

function sender(text: string): string | undefined {
  const plain = text.replace(/^<|>$/g, '').toLowerCase();
  return ADDRESS.test(plain) ? plain : undefined;
}

function network(text: string): string | undefined {
  const found = senderOf(text);
  if (found?.kind !== 'network') return undefined;
  const most = found.version === 4 ? 32 : 128;
  return found.prefix === most ? found.address : `${found.address}/${found.prefix}`;
}

const pattern = (text: string): string | undefined =>
  text.length <= 500 && text.replace(/[*?\s]/g, '').length >= 3 ? text.toLowerCase() : undefined;

const READ: Record<ListKind, (text: string) => string | undefined> = {
  sender: (text) => sender(refanged(text)),
  domain: (text) => hostOf(refanged(text)),
  network: (text) => network(refanged(text)),
  url: (text) => link(refanged(text)),
  sha256: (text) => (/^[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : undefined),
  subject: pattern,
  attachment: pattern,
};

/** The form in which a value is kept and compared; undefined where it is none of its kind. */
export const listValue = (kind: ListKind, text: string): string | undefined =>
  text.length > 2048 ? undefined : READ[kind](text.trim());

export const listHint = (kind: ListKind): string => HINT[kind];

/** A value of its kind, in the form in which it is kept. */
export const ListItem = z
  .object({ kind: ListKind, value: z.string().max(2048) })
  .transform(({ kind, value }, context) => {
    const kept = listValue(kind, value);
    if (kept === undefined) context.addIssue({ code: 'custom', path: ['value'], message: HINT[kind] });
    return { kind, value: kept ?? '' };
  });
export type ListItem = z.input<typeof ListItem>;

const Time = z.iso.datetime();

export const ListEntry = z.object({
  id: z.int().min(1),
  list: ListName,
  kind: ListKind,
  value: z.string(),
  reason: z.string(),
  /** Who entered it. */
  actor: z.string(),
  /** Where it came from: `console`, `cli`, `import`, `exchange` with an incident. */
  source: z.string(),
  created: Time,
  /** Null: until it is removed. */
  expires: Time.nullable(),
});
export type ListEntry = z.infer<typeof ListEntry>;

const tag = 'lists';
const Why = z.string().trim().min(1, 'Enter a reason: whoever asks later reads it.').max(500);

export const ListQuery = z.object({
  list: ListName.optional(),
  kind: ListKind.optional(),
  /** Part of value, reason or actor. */
  text: z.string().trim().max(200).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
  /** Id to go on behind. */
  after: z.coerce.number().pipe(z.int().min(0)).default(0),
});
export type ListQuery = z.infer<typeof ListQuery>;

export const ListPage = z.object({
  entries: z.array(ListEntry),
  total: z.int().min(0),
  after: z.int().nullable(),
});
export type ListPage = z.infer<typeof ListPage>;

export const listEntries = endpoint({
  method: 'GET',
  path: '/api/lists',
  summary: 'Entries of blocklists and safelists that are in force, the latest first',
  tag,
  permission: 'lists:read',
  query: ListQuery,
  answer: ListPage,
});

export const ListAddition = z
  .object({
    list: ListName.default('block'),
    items: z.array(ListItem).min(1).max(10_000),
    reason: Why,
    /** Null: until it is removed. */
    hours: z
      .number()
      .gt(0)
      .max(10 * 8760)
      .nullable()
      .default(null),
  })
  .refine(({ list, items }) => list === 'block' || items.every(({ kind }) => SAFE_KINDS.includes(kind)), {
    message: 'A safelist takes senders, domains and networks.',
    path: ['items'],
  });
export type ListAddition = z.input<typeof ListAddition>;

export const ListChanged = z.object({
  /** New, or given another reason and time. */
  added: z.int().min(0),
  removed: z.int().min(0),
  /** Of those that were given. */
  ids: z.array(z.int()),
});
export type ListChanged = z.infer<typeof ListChanged>;

export const addToList = endpoint({
  method: 'POST',
  path: '/api/lists/add',
  summary: 'Block or spare senders, domains, networks, links, files, subjects; in force at once',
  tag,
  permission: 'lists:write',
  body: ListAddition,
  answer: ListChanged,
});

export const ListRemoval = z.object({
  list: ListName.default('block'),
  /** By id, or by what they say. */
  ids: z.array(z.int().min(1)).max(10_000).default([]),
  items: z.array(ListItem).max(10_000).default([]),
  reason: Why,
});
export type ListRemoval = z.input<typeof ListRemoval>;

export const removeFromList = endpoint({
  method: 'POST',
  path: '/api/lists/remove',
  summary: 'Remove entries; in force at once',
  tag,
  permission: 'lists:write',
  body: ListRemoval,
  answer: ListChanged,
});

/** Holds the messages that wait now against blocklist entries: a new entry is for new messages only. */
export const ListApplication = z.object({
  /** Ids of entries; none: all of the blocklist. */
  ids: z.array(z.int().min(1)).max(1000).default([]),
  /** What becomes of those in the queue (`hold`: they stay there, undelivered); in quarantines they stay, or are deleted. */
  do: z.enum(['hold', 'quarantine', 'delete']),
  quarantine: z.string().max(40).default('Policy'),
  reason: Why,
});
export type ListApplication = z.input<typeof ListApplication>;

export const ListApplied = z.object({
  /** Messages that were looked at. */
  looked: z.int().min(0),
  /** Of the queue, that it was done to. */
  queue: z.int().min(0),
  /** In quarantines, that fit; deleted where that was asked for. */
  quarantine: z.int().min(0),
  /** There are more than can be looked at in one go. */
  more: z.boolean(),
});
export type ListApplied = z.infer<typeof ListApplied>;

export const applyList = endpoint({
  method: 'POST',
  path: '/api/lists/apply',
  summary: 'Apply to queue: hold, quarantine or delete waiting messages that blocklist entries fit',
  tag,
  permission: 'lists:write',
  body: ListApplication,
  answer: ListApplied,
});

/** Columns: list, kind, value, reason, expires, actor, source, created. */
export const exportList = endpoint({
  method: 'GET',
  path: '/api/lists/export',
  summary: 'All entries as CSV',
  tag,
  permission: 'lists:read',
  media: 'text/csv',
  answer: z.string(),
});

export const importList = endpoint({
  method: 'POST',
  path: '/api/lists/import',
  summary: 'Entries of a CSV: columns kind and value, and list, reason, expires where they are there',
  tag,
  permission: 'lists:write',
  body: z.object({ csv: z.string().max(900_000), reason: z.string().trim().max(500).default('Imported') }),
  answer: ListChanged,
});
