import type { TrackEvent } from '@sightline/api';
import type { Examined } from '../scan/engine.ts';

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

/** The events that one acceptance writes, in order. */
export function acceptedEvents(
  head: Head,
  size: number,
  { found, results, authentication }: Examined,
): Draft[] {
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
    ...(authentication ? [{ type: 'authentication', at, mid, authentication } as const] : []),
    ...results.map(
      ({ engine, verdict, names, score }): Draft => ({
        type: 'verdict',
        at,
        mid,
        engine,
        verdict,
        names,
        score,
      }),
    ),
    { type: 'queued', at, mid },
  ];
}
