/** What is to become of a message: the answer of the policies, as data. The queue carries it out. */
import type { Reply } from '@sightline/api';

/** A change to the bytes that leave. What lies in a quarantine is never changed. */
export type Edit =
  | { do: 'add header'; name: string; value: string }
  | { do: 'remove header'; name: string }
  | { do: 'tag subject'; prefix: string }
  /** By place in the scan's list of attachments. */
  | { do: 'strip attachment'; index: number; note: string };

export type Fate = { do: 'deliver' } | { do: 'quarantine'; quarantine: string } | { do: 'drop' };

/** Recipients that are treated alike. The first copy keeps the message's MID, each other gets one of its own. */
export interface Copy {
  rids: number[];
  /** Name of the mail policy. */
  policy: string;
  fate: Fate;
  edits: Edit[];
  /** Sends it there instead of by the SMTP routes. */
  hop?: { host: string; port: number };
  /** In words, for tracking. */
  actions: string[];
  why: string[];
}

export type Decision =
  | { do: 'take'; copies: Copy[] }
  /** Before the 250: the client keeps the message (4yz) or is told that it is not wanted (5yz). */
  | { do: 'refuse'; reply: Reply; by: string; why: string[] };
