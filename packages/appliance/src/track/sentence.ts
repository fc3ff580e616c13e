/** Events as sentences in AsyncOS's words. Strings from outside are shown on one line, without control characters. */
import type { Reply, TrackEvent } from '@sightline/api';

/** A sentence; `rid` where it is about one recipient. */
export interface Sentence {
  text: string;
  rid?: number;
}

/** Address of a recipient, '' if the event that named it has not arrived. */
export type AddressOf = (rid: number) => string;

type EventOf<T extends TrackEvent['type']> = Extract<TrackEvent, { type: T }>;

/** Every sentence of an event, in the order in which the details show them. */
export function sentences(event: TrackEvent, address: AddressOf): Sentence[] {
  if (event.type === 'accepted') return accepted(event);
  if (event.type === 'headers') return headers(event);
  if (event.type === 'attempt') return attempt(event, address);
  return [lastSentence(event, address)];
}

/** The sentence that stands for an event where there is room for one only. */
export function lastSentence(event: TrackEvent, address: AddressOf): Sentence {
  switch (event.type) {
    case 'accepted':
      return event.stage ? { text: line`Start message ${event.mid} (ICID ${event.icid}).` } : ready(event);
    case 'headers':
      return { text: line`Message ${event.mid} original subject on injection: ${event.subject}` };
    case 'attempt':
      return started(event, event.rids[0] ?? 0, address);
    case 'delivered':
      return event.dcid === 0
        ? elsewhere(event, address)
        : about(
            event.rid,
            line`Message ${event.mid} to ${address(event.rid)} received remote SMTP response '${replyText(event.reply)}'.`,
          );
    case 'deferred':
      return about(event.rid, failed(event, address, 'delayed'));
    case 'bounced':
      return about(event.rid, failed(event, address, 'bounced by destination server'));
    case 'rejected':
      return rejected(event, address);
    default:
      return { text: simple(event) };
  }
}

/** On one line, without control or bidirectional characters. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ');

/** Template tag: what is filled in is made safe to show. */
const line = (parts: TemplateStringsArray, ...values: (string | number)[]): string =>
  parts.reduce((text, part, i) => text + oneLine(String(values[i - 1] ?? '')) + part);

const about = (rid: number, text: string): Sentence => ({ text, rid });

function accepted(e: EventOf<'accepted'>): Sentence[] {
  return e.stage === 'connect' || e.stage === 'helo' ? connection(e) : [...connection(e), ...message(e)];
}

function connection(e: EventOf<'accepted'>): Sentence[] {
  const host = e.reverseDns ? `${e.reverseDns} verified yes` : 'unknown verified no';
  const policy = e.flowPolicy ? `, policy: ${e.flowPolicy}` : '';
  return [
    {
      text: line`Protocol SMTP interface ${listener(e)} on incoming connection (ICID ${e.icid}) from sender IP ${e.ip}. Reverse DNS host ${host}.`,
    },
    {
      text: line`Incoming connection (ICID ${e.icid}) has sender_group: ${e.senderGroup}, sender_ip: ${e.ip} and sbrs: None${policy}`,
    },
    ...(e.tls ? [{ text: line`Incoming connection (ICID ${e.icid}) TLS success protocol ${e.tls}.` }] : []),
    ...(e.user
      ? [{ text: line`SMTP authentication on incoming connection (ICID ${e.icid}) as ${e.user} succeeded.` }]
      : []),
  ];
}

function message(e: EventOf<'accepted'>): Sentence[] {
  return [
    { text: line`Start message ${e.mid} on incoming connection (ICID ${e.icid}).` },
    {
      text: line`Message ${e.mid} enqueued on incoming connection (ICID ${e.icid}) from ${sender(e.sender)}.`,
    },
    ...e.recipients.map((r) =>
      about(
        r.rid,
        line`Message ${e.mid} on incoming connection (ICID ${e.icid}) added recipient (${r.address}).`,
      ),
    ),
    ...(e.stage ? [] : [ready(e)]),
  ];
}

const ready = (e: EventOf<'accepted'>): Sentence => ({
  text: line`Message ${e.mid} (${e.size} bytes) from ${sender(e.sender)} ready.`,
});

const listener = (e: EventOf<'accepted'>) =>
  e.listener ?? (e.direction === 'incoming' ? 'IncomingMail' : 'OutgoingMail');

const sender = (address: string) => address || '<>';

function headers(e: EventOf<'headers'>): Sentence[] {
  return [
    ...(e.messageId ? [{ text: line`Message ${e.mid} contains message ID header '<${e.messageId}>'.` }] : []),
    { text: line`Message ${e.mid} original subject on injection: ${e.subject}` },
    ...(e.parse === 'complete'
      ? []
      : [{ text: line`Message ${e.mid} was not completely scanned: its structure exceeds the limits.` }]),
  ];
}

function attempt(e: EventOf<'attempt'>, address: AddressOf): Sentence[] {
  const to = e.ip || e.host;
  return [
    { text: line`SMTP delivery connection (DCID ${e.dcid}) opened to ${to} (${e.host}) on port ${e.port}.` },
    ...(e.tls
      ? [{ text: line`SMTP delivery connection (DCID ${e.dcid}) TLS success protocol ${e.tls}.` }]
      : []),
    ...e.rids.map((rid) => started(e, rid, address)),
  ];
}

/** Another host delivered it. */
const elsewhere = (e: EventOf<'delivered'>, address: AddressOf): Sentence =>
  about(e.rid, line`Message ${e.mid} to ${address(e.rid)} ${e.reply.text}.`);

const started = (e: EventOf<'attempt'>, rid: number, address: AddressOf): Sentence =>
  about(rid, line`Delivery (DCID ${e.dcid}) started for message ${e.mid} to ${address(rid)}.`);

/** `2.6.0 Queued`: the enhanced status once, whether or not the text repeats it. */
const replyText = (reply: Reply): string =>
  reply.status && !reply.text.startsWith(reply.status) ? `${reply.status} ${reply.text}` : reply.text;

function failed(e: EventOf<'deferred'> | EventOf<'bounced'>, address: AddressOf, what: string): string {
  const status = e.reply.status || (e.type === 'bounced' ? '5.0.0' : e.reply.code ? '4.0.0' : '4.4.0');
  const code = String(e.reply.code).padStart(3, '0');
  const how = e.dcid === 0 && e.type === 'bounced' ? 'bounced' : what;
  return line`(DCID ${e.dcid}) Message ${e.mid} to ${address(e.rid)} ${how}. Reason: ${status} - ${words(status)} ('${code}', ['${e.reply.text}'])`;
}

const WORDS: Record<string, string> = {
  '1.0': 'Unknown address error',
  '1.1': 'Bad destination email address',
  '1.2': 'Bad destination host',
  '2.0': 'Unknown mailbox problem',
  '2.1': 'Mailbox disabled, not accepting messages',
  '2.2': 'Mailbox full',
  '2.3': 'Message exceeds administrative limit',
  '3.4': 'Message too big for system',
  '4.0': 'Other network problem',
  '4.1': 'No answer from host',
  '4.2': 'Bad connection',
  '4.4': 'Unable to route',
  '4.7': 'Delivery time expired',
  '7.0': 'Other or undefined security status',
  '7.1': 'Delivery not authorized, message refused',
};

/** RFC 3463 in words. */
const words = (status: string): string => WORDS[status.slice(2)] ?? 'Other or undefined status';

function rejected(e: EventOf<'rejected'>, address: AddressOf): Sentence {
  const { code, status, text } = e.reply;
  const reply = oneLine(`${code} ${replyText({ code, status, text })}`);
  if (e.rid !== undefined)
    return about(e.rid, line`Message ${e.mid} to ${address(e.rid)} rejected by ${e.by}: '${reply}'`);
  return { text: line`${REJECTED[e.stage]} rejected by ${e.by}: '${reply}'` };
}

const REJECTED: Record<EventOf<'rejected'>['stage'], string> = {
  connect: 'Incoming connection',
  helo: 'Incoming connection after HELO',
  auth: 'SMTP authentication',
  mail: 'Sender',
  rcpt: 'Recipient',
  data: 'Message',
};

type Simple = Exclude<
  TrackEvent,
  { type: 'accepted' | 'headers' | 'attempt' | 'delivered' | 'deferred' | 'bounced' | 'rejected' }
>;

function simple(e: Simple): string {
  switch (e.type) {
    case 'attachment':
      return attachment(e);
    case 'url':
      return line`Message ${e.mid} URL: ${e.url}`;
    case 'verdict':
      return verdict(e);
    case 'queued':
      return `Message ${e.mid} queued for delivery.`;
    case 'quarantined':
      return line`Message ${e.mid} quarantined to "${e.quarantine}"${reason(e.reason)}.`;
    case 'released':
      return line`Message ${e.mid} released from quarantine "${e.quarantine}" (manual) by ${e.actor}${reason(e.reason)}.`;
    case 'dropped':
      return line`Message ${e.mid} aborted: Dropped by ${e.by}${reason(e.reason)}.`;
    case 'finished':
      return `Message ${e.mid} finished.`;
    case 'policy':
      return policy(e);
    case 'authentication':
      return authentication(e);
    case 'related':
      return related(e);
    case 'held':
      return line`Message ${e.mid} put on hold by ${e.actor}${reason(e.reason)}.`;
    case 'resumed':
      return line`Message ${e.mid} released from hold by ${e.actor}${reason(e.reason)}.`;
    case 'retried':
      return line`Message ${e.mid} tried again before its time by ${e.actor}${reason(e.reason)}.`;
  }
}

function attachment({ mid, attachment: { name, sha256, parent } }: EventOf<'attachment'>): string {
  const hash = sha256 ? ` (SHA256 ${sha256})` : '';
  const inside = parent === undefined ? '' : ` in '${parent}'`;
  return line`Message ${mid} contains attachment '${name}'${hash}${inside}.`;
}

function policy(e: EventOf<'policy'>): string {
  const actions = e.actions.length > 0 ? ` Actions: ${e.actions.join(', ')}.` : '';
  const why = e.why.length > 0 ? ` Reason: ${e.why.join('; ')}.` : '';
  return line`Message ${e.mid} matched per-recipient policy ${e.policy}.${actions}${why}`;
}

function authentication({ mid, authentication: a }: EventOf<'authentication'>): string {
  const dkim = a.dkim.map((d) => `${d.result} ${d.domain}`).join(', ') || 'none';
  return line`Message ${mid} SPF: ${a.spf.result} ${a.spf.domain}. DKIM: ${dkim}. DMARC: ${a.dmarc.result} ${a.dmarc.domain}. ARC: ${a.arc.result}.`;
}

const RELATED: Record<EventOf<'related'>['relation'], string> = {
  splintered: 'split for another policy of its recipients',
  copy: 'copied',
  bounce: 'reported as undeliverable',
  delay: 'reported as delayed',
  receipt: 'reported as delivered',
  notification: 'made known in a notification',
};

const related = (e: EventOf<'related'>): string =>
  e.mid === e.from
    ? `Message ${e.from} ${RELATED[e.relation]}: message ${e.into}.`
    : `Message ${e.into} was generated from message ${e.from}, which was ${RELATED[e.relation]}.`;

const reason = (text: string) => (text ? ` (${text})` : '');

function verdict(e: EventOf<'verdict'>): string {
  const names = e.names.length > 0 ? ` '${e.names.join("', '")}'` : '';
  return line`Message ${e.mid} scanned by engine ${e.engine}. Final verdict: ${e.verdict.toUpperCase()}${names}`;
}
