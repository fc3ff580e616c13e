import type { TrackEvent } from '@sightline/api';

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
}

/** What a scan found; the tracking events of a message are made of it. */
export interface Found {
  subject: string;
  messageId: string;
  headerFrom: string[];
  replyTo: string[];
  attachments: { name: string; type: string; size: number; sha256: string }[];
  urls: string[];
  parse: 'complete' | 'partial' | 'failed';
  /** Received headers, for the loop check (RFC 5321 section 6.3). */
  hops: number;
}

/** The events that one acceptance writes, in order. */
export function acceptedEvents(head: Head, size: number, found: Found): Draft[] {
  const { mid, at } = head;
  const { icid, direction, sender, recipients, ip, reverseDns, helo, senderGroup, tls } = head;
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
    },
    { type: 'headers', at, mid, subject, messageId, headerFrom, replyTo, parse },
    ...found.attachments.map((attachment): Draft => ({ type: 'attachment', at, mid, attachment })),
    ...found.urls.map((url): Draft => ({ type: 'url', at, mid, url })),
    { type: 'queued', at, mid },
  ];
}
