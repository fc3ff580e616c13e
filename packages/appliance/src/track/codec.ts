/**
 * Events as compact JSON arrays: `[mid, [code, seq, at, fields…]]` a line in the journal; in a segment one array a
 * message, with times and numbers relative to the event before. Codes and fields only ever grow at their ends.
 */
import { Relation, Stage, type TrackEvent } from '@sightline/api';

type Json = string | number | Json[];
type Tuple = Json[];
// biome-ignore lint/suspicious/noExplicitAny: JSON that this file wrote; checksums guard it
type Fields = any[];

/** By code. */
const TYPES = [
  'accepted',
  'headers',
  'attachment',
  'url',
  'verdict',
  'queued',
  'attempt',
  'delivered',
  'deferred',
  'bounced',
  'quarantined',
  'released',
  'dropped',
  'finished',
  'rejected',
  'policy',
  'authentication',
  'related',
  'held',
  'resumed',
] as const satisfies TrackEvent['type'][];
const CODE: Record<string, number> = Object.fromEntries(TYPES.map((t, i) => [t, i]));
const DIRECTIONS = ['incoming', 'outgoing'] as const;
const PARSES = ['complete', 'partial', 'failed'] as const;
const VERDICTS = ['clean', 'suspect', 'positive', 'error', 'skipped'] as const;
/** Common values of long fields, by number. */
const TLS = [
  '',
  'TLSv1.3 TLS_AES_256_GCM_SHA384',
  'TLSv1.3 TLS_AES_128_GCM_SHA256',
  'TLSv1.3 TLS_CHACHA20_POLY1305_SHA256',
  'TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384',
  'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256',
  'TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384',
  'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256',
];

/** One line, without its end. */
export const encodeEvent = (e: TrackEvent): string =>
  JSON.stringify([e.mid, [CODE[e.type] as number, e.seq, e.at, ...fields(e)]]);

export function decodeEvent(line: string): TrackEvent {
  const [mid, f]: [number, Fields] = JSON.parse(line);
  return eventOf(f, f[1], f[2], mid);
}

/** `[mid, received, seq, [code, Δseq, Δat, fields…], …]` of events in order; `received` is the row's place in time. */
export function encodeRecord(mid: number, received: number, events: readonly TrackEvent[]): string {
  let seq = events[0]?.seq ?? 0;
  let at = received;
  const body = events.map((e) => {
    const tuple = [CODE[e.type] as number, e.seq - seq, e.at - at, ...fields(e)];
    seq = e.seq;
    at = e.at;
    return tuple;
  });
  return JSON.stringify([mid, received, events[0]?.seq ?? 0, ...body]);
}

/** The events of a record, in their order. */
export function decodeRecord(record: string): TrackEvent[] {
  const [mid, received, first, ...tuples]: Fields = JSON.parse(record);
  let seq: number = first;
  let at: number = received;
  return tuples.map((f: Fields) => {
    seq += f[1];
    at += f[2];
    return eventOf(f, seq, at, mid);
  });
}

function fields(e: TrackEvent): Tuple {
  switch (e.type) {
    case 'accepted':
      return acceptedFields(e);
    case 'headers':
      return [e.subject, e.messageId, e.headerFrom, e.replyTo, PARSES.indexOf(e.parse)];
    case 'attachment':
      return [
        e.attachment.name,
        e.attachment.type,
        e.attachment.size,
        e.attachment.sha256,
        ...(e.attachment.parent === undefined ? [] : [e.attachment.parent]),
      ];
    case 'url':
      return [e.url];
    case 'verdict':
      return [e.engine, VERDICTS.indexOf(e.verdict), e.names, ...(e.score === undefined ? [] : [e.score])];
    case 'attempt':
      return [e.dcid, e.rids, e.host, e.port, e.ip];
    case 'delivered':
    case 'bounced':
      return [e.dcid, e.rid, e.reply.code, e.reply.status, e.reply.text];
    case 'deferred':
      return [e.dcid, e.rid, e.reply.code, e.reply.status, e.reply.text, e.retryAt];
    case 'quarantined':
      return [e.quarantine, e.reason];
    case 'released':
      return [e.quarantine, e.actor, e.reason];
    case 'dropped':
      return [e.by, e.reason];
    case 'queued':
    case 'finished':
      return [];
    default:
      return laterFields(e);
  }
}

type Later = Extract<
  TrackEvent,
  { type: 'rejected' | 'policy' | 'authentication' | 'related' | 'held' | 'resumed' }
>;

function laterFields(e: Later): Tuple {
  switch (e.type) {
    case 'rejected': {
      const { code, status, text } = e.reply;
      const rid = e.rid === undefined ? [] : [e.rid];
      return [Stage.options.indexOf(e.stage), e.by, code, status, text, ...rid];
    }
    case 'policy':
      return [e.policy, e.actions, e.why];
    case 'authentication': {
      const { spf, dkim, dmarc, arc } = e.authentication;
      return [
        [spf.result, spf.domain],
        dkim.map((d) => [d.result, d.domain, d.selector]),
        [dmarc.result, dmarc.domain, dmarc.policy],
        [arc.result, arc.instance],
      ];
    }
    case 'related':
      return [e.from, e.into, Relation.options.indexOf(e.relation)];
    case 'held':
    case 'resumed':
      return [e.actor, e.reason];
  }
}

type Accepted = Extract<TrackEvent, { type: 'accepted' }>;

function acceptedFields(e: Accepted): Tuple {
  const tls = TLS.indexOf(e.tls);
  return [
    e.icid,
    DIRECTIONS.indexOf(e.direction),
    e.sender,
    e.recipients.map((r, i) => (r.rid === i ? r.address : [r.rid, r.address])),
    e.ip,
    e.reverseDns,
    e.helo === e.reverseDns ? 0 : e.helo,
    e.senderGroup,
    tls < 0 ? e.tls : tls,
    e.size,
    ...further(e),
  ];
}

/** Fields that not every message has: left out where none of them is there. */
function further({ stage, listener, flowPolicy, user }: Accepted): Tuple {
  const all = [stage, listener, flowPolicy, user];
  return all.every((one) => one === undefined) ? [] : all.map((one) => one ?? 0);
}

function eventOf(f: Fields, seq: number, at: number, mid: number): TrackEvent {
  const type: TrackEvent['type'] | undefined = TYPES[f[0]];
  switch (type) {
    case 'accepted':
      return accepted(f, seq, at, mid);
    case 'headers': {
      const parse = PARSES[f[7]] ?? 'failed';
      return { type, seq, at, mid, subject: f[3], messageId: f[4], headerFrom: f[5], replyTo: f[6], parse };
    }
    case 'attachment': {
      const parent = f[7] === undefined ? {} : { parent: f[7] };
      const attachment = { name: f[3], type: f[4], size: f[5], sha256: f[6], ...parent };
      return { type, seq, at, mid, attachment };
    }
    case 'url':
      return { type, seq, at, mid, url: f[3] };
    case 'verdict': {
      const score = f[6] === undefined ? {} : { score: f[6] };
      return { type, seq, at, mid, engine: f[3], verdict: VERDICTS[f[4]] ?? 'error', names: f[5], ...score };
    }
    case 'attempt':
      return { type, seq, at, mid, dcid: f[3], rids: f[4], host: f[5], port: f[6], ip: f[7] };
    case 'delivered':
    case 'bounced':
      return { type, seq, at, mid, dcid: f[3], rid: f[4], reply: reply(f) };
    case 'deferred':
      return { type, seq, at, mid, dcid: f[3], rid: f[4], reply: reply(f), retryAt: f[8] };
    case 'quarantined':
      return { type, seq, at, mid, quarantine: f[3], reason: f[4] };
    case 'released':
      return { type, seq, at, mid, quarantine: f[3], actor: f[4], reason: f[5] };
    case 'dropped':
      return { type, seq, at, mid, by: f[3], reason: f[4] };
    case 'queued':
    case 'finished':
      return { type, seq, at, mid };
    case undefined:
      throw new Error(`tracking data holds an event of a newer version (${f[0]})`);
    default:
      return { ...later(type, f), seq, at, mid };
  }
}

type Without<T> = T extends unknown ? Omit<T, 'seq' | 'at' | 'mid'> : never;

function later(type: Later['type'], f: Fields): Without<Later> {
  switch (type) {
    case 'rejected': {
      const rid = f[8] === undefined ? {} : { rid: f[8] };
      return { type, stage: Stage.options[f[3]] ?? 'connect', by: f[4], reply: reply(f), ...rid };
    }
    case 'policy':
      return { type, policy: f[3], actions: f[4], why: f[5] };
    case 'authentication':
      return { type, authentication: authentication(f) };
    case 'related':
      return { type, from: f[3], into: f[4], relation: Relation.options[f[5]] ?? 'copy' };
    case 'held':
    case 'resumed':
      return { type, actor: f[3], reason: f[4] };
  }
}

const authentication = ([, , , spf, dkim, dmarc, arc]: Fields) => ({
  spf: { result: spf[0], domain: spf[1] },
  dkim: dkim.map(([result, domain, selector]: Fields) => ({ result, domain, selector })),
  dmarc: { result: dmarc[0], domain: dmarc[1], policy: dmarc[2] },
  arc: { result: arc[0], instance: arc[1] },
});

const reply = (f: Fields) => ({ code: f[5], status: f[6], text: f[7] });

function accepted(f: Fields, seq: number, at: number, mid: number): Accepted {
  return {
    type: 'accepted',
    seq,
    at,
    mid,
    icid: f[3],
    direction: DIRECTIONS[f[4]] ?? 'incoming',
    sender: f[5],
    recipients: f[6].map((r: Fields | string, i: number) =>
      typeof r === 'string' ? { rid: i, address: r } : { rid: r[0], address: r[1] },
    ),
    ip: f[7],
    reverseDns: f[8],
    helo: f[9] === 0 ? f[8] : f[9],
    senderGroup: f[10],
    tls: typeof f[11] === 'number' ? (TLS[f[11]] ?? '') : f[11],
    size: f[12],
    ...(f[13] ? { stage: f[13] } : {}),
    ...(f[14] === undefined || f[14] === 0 ? {} : { listener: f[14] }),
    ...(f[15] === undefined || f[15] === 0 ? {} : { flowPolicy: f[15] }),
    ...(f[16] === undefined || f[16] === 0 ? {} : { user: f[16] }),
  };
}
