import type { TrackEvent, VerdictCategory } from '@sightline/api';
import type { Category, Examined } from '../scan/engine.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A tracking event before the outbox gives it its number. */
export type Draft = Without<TrackEvent, 'seq'>;

interface Address {
  rid: number;
  address: string;
}

/** All that is known about a message at its acceptance; kept in front of its content in the spool file. */
export interface Head {
  mid: number;
  icid: number;
  /** Epoch milliseconds of the DATA command. */
  at: number;
  direction: 'incoming' | 'outgoing';
  /** '' is the null reverse-path. */
  sender: string;
  recipients: Address[];
  ip: string;
  reverseDns: string;
  helo: string;
  senderGroup: string;
  tls: string;
  /** Name of the listener. */
  listener?: string;
  /** Name of the mail flow policy: what is verified and scanned depends on it. */
  flowPolicy?: string;
  /** Who logged in (AUTH). */
  user?: string;
  /** BODY of MAIL (RFC 6152); absent is 7bit. */
  body?: '7bit' | '8bitmime';
  /** The client asked for it (RFC 6531): the next hop must know it too. */
  smtputf8?: boolean;
  dsn?: Dsn;
  /** It is to be a journal report, with so many recipients at most: not relayed, see `journaling`. */
  journal?: { recipients: number };
  /** The next hop that a content filter chose. */
  hop?: { host: string; port: number };
  /** MID of the message that it came out of. */
  from?: number;
  /** The Authentication-Results field that is put in front of it as it leaves. */
  authResults?: string;
  /** What the policies decided is done: these bytes are as they leave. */
  carried?: boolean;
}

/** What the client wants to be told about delivery (RFC 3461). */
export interface Dsn {
  /** How much of the message a report returns. */
  ret?: 'FULL' | 'HDRS';
  /** Decoded. */
  envid?: string;
  /** Those who said something. */
  recipients?: DsnRecipient[];
}

export interface DsnRecipient {
  rid: number;
  notify?: ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[];
  /** `rfc822;address`, decoded. */
  orcpt?: string;
}

/** Which of tracking's message events a verdict belongs to. */
const TRACKED: Record<Category, VerdictCategory> = {
  spam: 'spam',
  virus: 'virus',
  blocklist: 'list',
  spf: 'authentication',
  dkim: 'authentication',
  dmarc: 'authentication',
  mime: 'mime',
  file: 'file',
};

/** The events that one acceptance writes, in order; `then` is what became of it, `stage` how far the client came. */
export function acceptedEvents(
  head: Head,
  size: number,
  { found, results, authentication }: Examined,
  then: Draft[] = [{ type: 'queued', at: head.at, mid: head.mid }],
  stage?: 'data',
): Draft[] {
  const { mid, at } = head;
  const { icid, direction, sender, recipients, ip, reverseDns, helo, senderGroup, tls } = head;
  const { listener, flowPolicy, user } = head;
  const { subject, messageId, headerFrom, replyTo, parse } = found;
  return [
    {
      type: 'accepted',
      at,
      mid,
      icid,
      direction,
      sender,
      recipients,
      ip,
      reverseDns,
      helo,
      senderGroup,
      tls,
      size,
      ...(listener === undefined ? {} : { listener }),
      ...(flowPolicy === undefined ? {} : { flowPolicy }),
      ...(user === undefined ? {} : { user }),
      ...(stage === undefined ? {} : { stage }),
    },
    { type: 'headers', at, mid, subject, messageId, headerFrom, replyTo, parse },
    ...found.attachments.map((attachment): Draft => ({ type: 'attachment', at, mid, attachment })),
    ...found.urls.map((url): Draft => ({ type: 'url', at, mid, url })),
    ...(authentication ? [{ type: 'authentication', at, mid, authentication } as const] : []),
    ...results.map(
      ({ engine, category, verdict, names, score }): Draft => ({
        type: 'verdict',
        at,
        mid,
        engine,
        category: TRACKED[category],
        verdict,
        names,
        score,
      }),
    ),
    ...then,
  ];
}
