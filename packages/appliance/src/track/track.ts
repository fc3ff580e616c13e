/** Message tracking behind one narrow interface: everything that is asked about messages is answered here. */
import type {
  Details,
  HistogramAnswer,
  LookupAnswer,
  LookupInput,
  SearchAnswer,
  SearchInput,
  TopAnswer,
  TopSearchInput,
  TrackEvent,
  WholeSearchInput,
} from '@sightline/api';
import { client } from './client.ts';
import type { Keep } from './retain.ts';
import { threadCall } from './thread.ts';

/** How a question is to be answered. */
export interface Ask {
  /** Abandons the question; its promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Time after which a search or count answers with what it has and a cursor, milliseconds. */
  budgetMs?: number;
}

export interface Track {
  /**
   * Takes events in any order; one that comes twice (same `seq`) counts once. When it resolves they survive a
   * crash and are in every answer.
   */
  append(events: readonly TrackEvent[]): Promise<void>;
  /** Exact totals and the newest rows of each value. */
  lookup(question: LookupInput, ask?: Ask): Promise<LookupAnswer>;
  /** A page, newest first. Throws `bad_request` for a foreign cursor. */
  search(question: SearchInput, ask?: Ask): Promise<SearchAnswer>;
  /** How many of the messages that a search finds were received in each hour. */
  histogram(question: WholeSearchInput, ask?: Ask): Promise<HistogramAnswer>;
  /** The most frequent senders, recipients, hosts … of the messages that a search finds. */
  top(question: TopSearchInput, ask?: Ask): Promise<TopAnswer>;
  details(mid: number): Promise<Details | undefined>;
  /** Forgets the days that are no longer to be kept. */
  prune(now: number, keep: Keep): Promise<void>;
  /**
   * Takes an address out of every text of everything that was appended before, also where a mailing list or a URL
   * has it in another form. Resolves when nothing of it is left, to the number of messages that it sent or received.
   */
  redact(address: string): Promise<number>;
  /** Copies all that is confirmed into an empty folder, or brings an earlier copy there up to date. */
  backup(to: string): Promise<void>;
  /** Brings everything into its final form on the disk; nobody needs to call it. */
  settle(): Promise<void>;
  /** After it nothing may be called. What was appended stays. */
  close(): Promise<void>;
}

export interface TrackOptions {
  /** Folder of its own; made if it is missing. One process at a time. */
  dir: string;
  /** Names of this appliance, shown in every row. */
  host: string;
  serial: string;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Messages that are kept in memory before they are sealed, default 16,384. */
  sealAt?: number;
}

/** Opens (or starts) the tracking data of one appliance. */
export async function openTrack(options: TrackOptions): Promise<Track> {
  return client(await threadCall(options), options);
}
