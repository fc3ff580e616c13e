import type { Attachment, Engines, TextCondition } from '@sightline/api';

/** What is to be read: bytes of a file from `start` up to, not including, `end`; or bytes in memory. */
export type Source = { path: string; start: number; end: number } | { bytes: Uint8Array };

export interface Scanned {
  /** Decoded. */
  subject: string;
  /** Without angle brackets. */
  messageId: string;
  headerFrom: string[];
  replyTo: string[];
  /** Also those inside attached messages; the hash is of the decoded bytes. */
  attachments: Attachment[];
  /** For each of the attachments the number of the outermost part that it is in: `1.2`, '' for the message's own body. */
  parts?: string[];
  /** Names and decoded values of the outermost header, in order. */
  headers?: [name: string, value: string][];
  /** Keys of the body conditions that hold. */
  matches?: string[];
  /** As written, deduplicated, at most 1000. */
  urls: string[];
  /** `partial`, `failed`: the parser met its limits; what it found before that is here. */
  parse: 'complete' | 'partial' | 'failed';
  /** Received headers of the outermost message. */
  hops: number;
  /** What different readers would take differently, in words. */
  anomalies?: string[];
}

/** What a worker tells while it reads, so that nothing found is lost when it has to be stopped. */
export type Part =
  | ({ kind: 'headers' } & Pick<
      Scanned,
      'subject' | 'messageId' | 'headerFrom' | 'replyTo' | 'hops' | 'headers'
    >)
  | { kind: 'attachment'; attachment: Attachment; part: string }
  | { kind: 'urls'; urls: string[] }
  | { kind: 'anomalies'; names: string[] }
  | { kind: 'matches'; keys: string[] };

/** What the reader is asked besides, and where it stops. */
export interface Wanted {
  limits: Engines['limits'];
  /** Conditions on bodies; their keys come back where they hold. */
  tests: BodyTest[];
}

export type BodyTest = Pick<TextCondition, 'op' | 'value'>;

export const nothing = (): Scanned => ({
  subject: '',
  messageId: '',
  headerFrom: [],
  replyTo: [],
  attachments: [],
  urls: [],
  parse: 'failed',
  hops: 0,
});

/** Adds one part; returns false where it is beyond the limits. */
export function add(scanned: Scanned, part: Part): boolean {
  if (part.kind === 'headers') {
    const { kind: _, ...headers } = part;
    Object.assign(scanned, headers);
    return true;
  }
  if (part.kind === 'attachment') {
    if (scanned.attachments.length >= MOST_ATTACHMENTS) return false;
    scanned.attachments.push(part.attachment);
    scanned.parts ??= [];
    scanned.parts.push(part.part);
    return true;
  }
  if (part.kind === 'anomalies') {
    scanned.anomalies = [...new Set([...(scanned.anomalies ?? []), ...part.names])].slice(0, MOST_NAMES);
    return true;
  }
  if (part.kind === 'matches') {
    scanned.matches = [...new Set([...(scanned.matches ?? []), ...part.keys])];
    return true;
  }
  const fresh = part.urls.filter((url) => !scanned.urls.includes(url));
  scanned.urls.push(...fresh.slice(0, MOST_URLS - scanned.urls.length));
  return scanned.urls.length < MOST_URLS;
}

export const MOST_ATTACHMENTS = 1000;
const MOST_URLS = 1000;
const MOST_NAMES = 50;
