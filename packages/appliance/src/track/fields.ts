/**
 * The fields of each type of event as JSON arrays. Fields only ever grow at their ends; 0 stands for what is absent,
 * and zeros at the end are left out.
 */
import type { Relation, Stage, TrackEvent, VerdictCategory } from '@sightline/api';
import { unword, word } from './words.ts';

type Json = string | number | Json[];
export type Tuple = Json[];
// biome-ignore lint/suspicious/noExplicitAny: JSON that this file wrote; checksums guard it
export type Fields = any[];

type Type = TrackEvent['type'];
type EventOf<T extends Type> = Extract<TrackEvent, { type: T }>;
type Body<T> = T extends unknown ? Omit<T, 'type' | 'seq' | 'at' | 'mid'> : never;

interface Shape<T extends Type> {
  /** `sender`: envelope sender where it is stored in the same record, else ''. */
  write(e: Body<EventOf<T>>, sender: string): Tuple;
  read(f: Fields, sender: string): Body<EventOf<T>>;
}

const DIRECTIONS = ['incoming', 'outgoing'] as const;
const PARSES = ['complete', 'partial', 'failed'] as const;
const VERDICTS = ['clean', 'suspect', 'positive', 'error', 'skipped'] as const;

/**
 * Stored as places in these lists, which only ever grow at their ends. Written out here: to load the contracts would
 * cost each of the store's threads a quarter of a second at its start.
 */
export const STORED: { stage: Stage[]; relation: Relation[]; category: VerdictCategory[] } = {
  stage: ['connect', 'helo', 'auth', 'mail', 'rcpt', 'data'],
  relation: ['splintered', 'copy', 'bounce', 'delay', 'receipt', 'notification'],
  category: ['spam', 'virus', 'list', 'authentication', 'mime', 'file', 'url'],
};

const settled: Shape<'delivered' | 'bounced'> = {
  write: (e) => [e.dcid, e.rid, e.reply.code, word(e.reply.status), e.reply.text],
  read: (f) => ({ dcid: f[0], rid: f[1], reply: reply(f) }),
};
const nothing: Shape<'queued' | 'finished'> = { write: () => [], read: () => ({}) };
const byHand: Shape<'held' | 'resumed' | 'retried'> = {
  write: (e) => [e.actor, e.reason],
  read: (f) => ({ actor: f[0], reason: f[1] }),
};

export const SHAPES: { [T in Type]: Shape<T> } = {
  accepted: { write: writeAccepted, read: readAccepted },
  headers: {
    write: (e, sender) => [
      e.subject,
      packId(e.messageId, sender),
      e.headerFrom.length === 1 && e.headerFrom[0] === sender ? 0 : e.headerFrom,
      e.replyTo.length === 0 ? 0 : e.replyTo,
      PARSES.indexOf(e.parse),
    ],
    read: (f, sender) => ({
      subject: f[0],
      messageId: unpackId(f[1], sender),
      headerFrom: f[2] || [sender],
      replyTo: f[3] || [],
      parse: PARSES[f[4] ?? 0] ?? 'failed',
    }),
  },
  attachment: { write: writeAttachment, read: readAttachment },
  url: { write: (e) => [e.url], read: (f) => ({ url: f[0] }) },
  verdict: { write: writeVerdict, read: readVerdict },
  queued: nothing,
  finished: nothing,
  attempt: {
    write: (e) => [e.dcid, packRids(e.rids), word(e.host), e.port, e.ip],
    read: (f) => ({
      dcid: f[0],
      rids: unpackRids(f[1]),
      host: unword(f[2]),
      port: f[3] ?? 0,
      ip: f[4] ?? '',
    }),
  },
  delivered: settled,
  bounced: settled,
  deferred: {
    write: (e) => [e.dcid, e.rid, e.reply.code, word(e.reply.status), e.reply.text, e.retryAt],
    read: (f) => ({ dcid: f[0], rid: f[1], reply: reply(f), retryAt: f[5] ?? 0 }),
  },
  quarantined: {
    write: (e) => [word(e.quarantine), e.reason],
    read: (f) => ({ quarantine: unword(f[0]), reason: f[1] }),
  },
  released: {
    write: (e) => [word(e.quarantine), e.actor, e.reason],
    read: (f) => ({ quarantine: unword(f[0]), actor: f[1], reason: f[2] }),
  },
  dropped: {
    write: (e) => [word(e.by), e.reason],
    read: (f) => ({ by: unword(f[0]), reason: f[1] }),
  },
  rejected: {
    write: (e) => [
      STORED.stage.indexOf(e.stage),
      word(e.by),
      e.reply.code,
      word(e.reply.status),
      e.reply.text,
      e.rid === undefined ? 0 : e.rid + 1,
    ],
    read: (f) => ({
      stage: STORED.stage[f[0]] ?? 'connect',
      by: unword(f[1]),
      reply: reply(f),
      ...(f[5] ? { rid: f[5] - 1 } : {}),
    }),
  },
  policy: {
    write: (e) => [word(e.policy), e.actions, e.why],
    read: (f) => ({ policy: unword(f[0]), actions: f[1], why: f[2] }),
  },
  authentication: { write: writeAuthentication, read: readAuthentication },
  related: {
    write: (e) => [e.from, e.into, STORED.relation.indexOf(e.relation)],
    read: (f) => ({ from: f[0], into: f[1], relation: STORED.relation[f[2] ?? 0] ?? 'copy' }),
  },
  held: byHand,
  resumed: byHand,
  retried: byHand,
};

const reply = (f: Fields) => ({ code: f[2] ?? 0, status: unword(f[3]), text: f[4] });

type Accepted = Body<EventOf<'accepted'>>;

function writeAccepted(e: Accepted): Tuple {
  return [
    e.icid,
    DIRECTIONS.indexOf(e.direction),
    e.sender,
    e.recipients.map((r, i) => (r.rid === i ? r.address : [r.rid, r.address])),
    e.ip,
    e.reverseDns,
    e.helo === e.reverseDns ? 0 : e.helo,
    word(e.senderGroup),
    word(e.tls),
    e.size,
    e.stage === undefined ? 0 : e.stage,
    optional(e.listener),
    optional(e.flowPolicy),
    optional(e.user),
  ];
}

const optional = (text: string | undefined): string | number => (text === undefined ? 0 : word(text));
const option = <K extends string>(name: K, stored: string | number | undefined): { [N in K]?: string } =>
  stored === undefined || stored === 0 ? {} : ({ [name]: unword(stored) } as { [N in K]: string });

function readAccepted(f: Fields): Accepted {
  return {
    icid: f[0],
    direction: DIRECTIONS[f[1]] ?? 'incoming',
    sender: f[2],
    recipients: f[3].map((r: Fields | string, i: number) =>
      typeof r === 'string' ? { rid: i, address: r } : { rid: r[0], address: r[1] },
    ),
    ip: f[4],
    reverseDns: f[5],
    helo: f[6] === 0 ? f[5] : f[6],
    senderGroup: unword(f[7]),
    tls: unword(f[8]),
    size: f[9] ?? 0,
    ...(f[10] ? { stage: f[10] } : {}),
    ...option('listener', f[11]),
    ...option('flowPolicy', f[12]),
    ...option('user', f[13]),
  };
}

function writeAttachment({ attachment: a }: Body<EventOf<'attachment'>>): Tuple {
  const parent = a.parent === undefined ? 0 : a.parent;
  return [a.name, word(a.type), a.size, packHex(a.sha256), parent, packHex(a.md5), packHex(a.sha1)];
}

function readAttachment(f: Fields): Body<EventOf<'attachment'>> {
  const attachment = { name: f[0], type: unword(f[1]), size: f[2] ?? 0, sha256: unpackHex(f[3]) };
  const parent = f[4] === undefined || f[4] === 0 ? {} : { parent: f[4] };
  const md5 = f[5] ? { md5: unpackHex(f[5]) } : {};
  const sha1 = f[6] ? { sha1: unpackHex(f[6]) } : {};
  return { attachment: { ...attachment, ...parent, ...md5, ...sha1 } };
}

/** Two thirds of the length; '' and what is absent: 0. */
const packHex = (hex: string | undefined): string | number =>
  hex ? Buffer.from(hex, 'hex').toString('base64url') : 0;
const unpackHex = (packed: string | number | undefined): string =>
  packed ? Buffer.from(String(packed), 'base64url').toString('hex') : '';

function writeVerdict(e: Body<EventOf<'verdict'>>): Tuple {
  const category = e.category === undefined ? 0 : STORED.category.indexOf(e.category) + 1;
  const score = e.score === undefined ? 0 : [e.score];
  return [word(e.engine), VERDICTS.indexOf(e.verdict), category, score, e.names.length === 0 ? 0 : e.names];
}

function readVerdict(f: Fields): Body<EventOf<'verdict'>> {
  const category = f[2] ? STORED.category[f[2] - 1] : undefined;
  return {
    engine: unword(f[0]),
    verdict: VERDICTS[f[1] ?? 0] ?? 'error',
    names: f[4] || [],
    ...(f[3] ? { score: f[3][0] } : {}),
    ...(category ? { category } : {}),
  };
}

function writeAuthentication({
  authentication: { spf, dkim, dmarc, arc },
}: Body<EventOf<'authentication'>>): Tuple {
  return [
    [spf.result, spf.domain],
    dkim.map((d) => [d.result, d.domain, d.selector]),
    [dmarc.result, dmarc.domain, dmarc.policy],
    [arc.result, arc.instance],
  ];
}

function readAuthentication([spf, dkim, dmarc, arc]: Fields): Body<EventOf<'authentication'>> {
  return {
    authentication: {
      spf: { result: spf[0], domain: spf[1] },
      dkim: dkim.map(([result, domain, selector]: Fields) => ({ result, domain, selector })),
      dmarc: { result: dmarc[0], domain: dmarc[1], policy: dmarc[2] },
      arc: { result: arc[0], instance: arc[1] },
    },
  };
}

/** `0, 1, 2` as 3. */
const packRids = (rids: number[]): number | number[] =>
  rids.every((rid, i) => rid === i) ? rids.length : rids;
const unpackRids = (packed: number | number[]): number[] =>
  typeof packed === 'number' ? Array.from({ length: packed }, (_, i) => i) : packed;

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Without the sender's domain, which most Message-IDs end with; what ends with `@` anyway stands in brackets. */
function packId(id: string, sender: string): Json {
  const domain = domainOf(sender);
  if (domain !== '' && id.endsWith(`@${domain}`)) return id.slice(0, id.length - domain.length);
  return id.endsWith('@') ? [id] : id;
}

function unpackId(packed: string | [string], sender: string): string {
  if (typeof packed !== 'string') return packed[0];
  return packed.endsWith('@') ? packed + domainOf(sender) : packed;
}

/** Without zeros at the end. */
export function trimmed(fields: Tuple): Tuple {
  let length = fields.length;
  while (length > 0 && fields[length - 1] === 0) length--;
  return length === fields.length ? fields : fields.slice(0, length);
}
