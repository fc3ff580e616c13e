/** What was refused becomes a record of message tracking, as long as it is no flood. */
import type { Stage } from '@sightline/api';
import type { Draft } from '../queue/message.ts';
import type { Refusal } from './refusal.ts';

/** A client and how far it came. */
export interface Attempt {
  stage: Stage;
  icid: number;
  /** Of a message that was begun; without it the record gets a number of its own. */
  mid?: number;
  direction: 'incoming' | 'outgoing';
  ip: string;
  reverseDns: string;
  helo: string;
  tls: string;
  senderGroup: string;
  flowPolicy: string;
  listener: string;
  user?: string;
  sender: string;
  recipients: string[];
  /** For the attempt as a whole, or for each recipient in their order. */
  refusals: Refusal[];
}

export interface RefusedParts {
  /** Whether records are wanted. */
  enabled(): boolean;
  next(name: 'mid'): number;
  clock(): number;
  emit(events: Draft[]): void;
}

/** Records a minute, from one address and in all; beyond them refusals are only counted. */
const MOST_PER_IP = 20;
const MOST = 600;

export type Refused = (attempt: Attempt) => void;

export function refusedRecords(parts: RefusedParts): Refused {
  let minute = -1;
  let total = 0;
  let byIp = new Map<string, number>();
  const room = (ip: string): boolean => {
    const now = Math.floor(parts.clock() / 60_000);
    if (now !== minute) [minute, total, byIp] = [now, 0, new Map()];
    const same = (byIp.get(ip) ?? 0) + 1;
    if (same > MOST_PER_IP || total >= MOST) return false;
    byIp.set(ip, same);
    total++;
    return true;
  };
  return (attempt) => {
    if (!parts.enabled() || !room(attempt.ip)) return;
    parts.emit(events(attempt, attempt.mid ?? parts.next('mid'), parts.clock()));
  };
}

function events(attempt: Attempt, mid: number, at: number): Draft[] {
  const { stage, refusals, recipients, mid: _, ...facts } = attempt;
  const opened: Draft = {
    ...facts,
    type: 'accepted',
    at,
    mid,
    stage,
    size: 0,
    recipients: recipients.map((address, rid) => ({ rid, address })),
  };
  const each = stage === 'rcpt' && refusals.length === recipients.length;
  return [
    opened,
    ...refusals.map((refusal, rid): Draft => {
      const about = each ? { rid } : {};
      return { type: 'rejected', at, mid, stage, by: refusal.by, reply: refusal.reply, ...about };
    }),
  ];
}
