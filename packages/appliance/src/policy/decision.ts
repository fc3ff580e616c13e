/** What is to become of a message: the answer of the policies, as data. The queue carries it out. */
import type { Reply } from '@sightline/api';

/** A change to the bytes that leave. What lies in a quarantine is never changed. */
export type Edit =
  | { do: 'add header'; name: string; value: string }
  | { do: 'remove header'; name: string }
  | { do: 'tag subject'; prefix: string }
  /** The part of that number (`1.2`, '' for the message's own body) is replaced by the note. */
  | { do: 'strip attachment'; part: string; note: string };

export interface Stay {
  quarantine: string;
  reason: string;
}

export type Fate =
  | { do: 'deliver' }
  | { do: 'quarantine'; into: Stay[] }
  | { do: 'drop'; by: string; reason: string }
  /** Not wanted for these recipients, while others get it: the sender is told by a report. */
  | { do: 'bounce'; by: string; reply: Reply };

/** A message that comes out of this one. */
export type Extra =
  | { do: 'copy to quarantine'; stay: Stay }
  | { do: 'bcc'; address: string }
  | { do: 'notify'; address: string; by: string; text: string };

/** Recipients that are treated alike. The first copy keeps the message's MID, each other gets one of its own. */
export interface Copy {
  rids: number[];
  /** Name of the mail policy. */
  policy: string;
  fate: Fate;
  edits: Edit[];
  /** Sends it there instead of by the SMTP routes. */
  hop?: { host: string; port: number };
  extras: Extra[];
  /** In words, for tracking. */
  actions: string[];
  why: string[];
}

export type Decision =
  | { do: 'take'; copies: Copy[] }
  /** Before the 250: the client keeps the message (4yz) or is told that it is not wanted (5yz). */
  | { do: 'refuse'; reply: Reply; by: string; why: string[] };
