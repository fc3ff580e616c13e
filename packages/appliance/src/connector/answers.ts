/** What an exchange is told: message tracking, as far as it has come, and how the gateway is. */
import type { Details, Health } from '@sightline/api';
import type { Mta } from '../mta/contract.ts';
import type { Track } from '../track/track.ts';

export interface AnswerParts {
  track: Tracked;
  mta: Pick<Mta, 'mail'>;
  version: string;
  clock(): number;
  /** Until when tracking knows everything; epoch milliseconds. */
  until(): number;
  /** Whether the live configuration lets an exchange give orders. */
  remoteResponse(): boolean;
}

/** The questions that message tracking answers. */
export type Tracked = Pick<Track, 'lookup' | 'search' | 'histogram' | 'top' | 'details'>;

/** Answers of the store that say honestly until when they are right: until the last event that has come over. */
export function tracked(track: Tracked, until: () => number): Tracked {
  const right = <A extends { indexedUntil: number }>(answer: A): A => ({
    ...answer,
    indexedUntil: Math.min(answer.indexedUntil, until()),
  });
  return {
    lookup: async (...question) => right(await track.lookup(...question)),
    search: async (...question) => right(await track.search(...question)),
    histogram: async (...question) => right(await track.histogram(...question)),
    top: async (...question) => right(await track.top(...question)),
    details: (mid: number): Promise<Details | undefined> => track.details(mid),
  };
}

export function answers({ track, mta, version, clock, until, remoteResponse }: AnswerParts) {
  const started = clock();
  let queued = 0;
  const health = async (): Promise<Health> => {
    // While the mail process is away its last figure stands; `indexedUntil` says how old that is.
    queued = await mta.mail.status().then(
      (status) => status.queued,
      () => queued,
    );
    return {
      version,
      uptimeS: (clock() - started) / 1000,
      queued,
      indexedUntil: until(),
      remoteResponse: remoteResponse(),
    };
  };
  return { ...track, health };
}
