/** Message Tracking's part of the console API. */
import {
  backupTracking,
  type Details,
  exportTracking,
  fail,
  type HistogramAnswer,
  redactTracking,
  type SearchAnswer,
  type SearchInput,
  searchTracking,
  type TopAnswer,
  type TopSearchInput,
  type TrackRow,
  trackingDetails,
  trackingHistogram,
  trackingTop,
  type WholeSearchInput,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Logger } from 'pino';

interface Ask {
  signal?: AbortSignal;
  budgetMs?: number;
}

export interface TrackedData {
  redact(address: string): Promise<number>;
  backup(to: string): Promise<void>;
}

export interface TrackingParts {
  search(question: SearchInput, ask?: Ask): Promise<SearchAnswer>;
  histogram(question: WholeSearchInput, ask?: Ask): Promise<HistogramAnswer>;
  top(question: TopSearchInput, ask?: Ask): Promise<TopAnswer>;
  details(mid: number): Promise<Details | undefined>;
  /** Rows as the text of a CSV file, in pieces. */
  csv(rows: AsyncIterable<TrackRow>): AsyncIterable<string>;
}

const PAGE = 1000;
/** A search that needs longer answers with what it has and a cursor. */
const BUDGET_MS = 5_000;

export function tracking<Caller>(on: Mount<Caller>, track: TrackingParts): void {
  on(searchTracking, ({ body, c }) => track.search(body, { signal: c.req.raw.signal, budgetMs: BUDGET_MS }));
  on(trackingHistogram, ({ body, c }) =>
    track.histogram(body, { signal: c.req.raw.signal, budgetMs: BUDGET_MS }),
  );
  on(trackingTop, ({ body, c }) => track.top(body, { signal: c.req.raw.signal, budgetMs: BUDGET_MS }));
  on(trackingDetails, async ({ params }) => {
    const found = await track.details(params.mid);
    if (!found) throw fail('not_found', { what: `message ${params.mid}` });
    return found;
  });
  on(exportTracking, ({ body, c }) => {
    const parts = track.csv(every(track, body, c.req.raw.signal));
    return new Response(ReadableStream.from(parts).pipeThrough(new TextEncoderStream()), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="message-tracking.csv"',
      },
    });
  });
}

/** For the command line. The log says that it was done and by whom; the address is not to stay anywhere. */
export function trackedData(
  on: Mount<{ name: string }>,
  { track, log }: { track: TrackedData; log: Logger },
): void {
  on(redactTracking, async ({ body, caller }) => {
    log.info({ user: caller.name }, 'redaction of tracking data begins');
    const messages = await track.redact(body.address);
    log.info({ user: caller.name, messages }, 'tracking data redacted');
    return { messages };
  });
  on(backupTracking, async ({ body: { to }, caller }) => {
    await track.backup(to).catch((error: Error) => {
      throw fail('bad_request', { reason: error.message });
    });
    log.info({ user: caller.name, to }, 'tracking data backed up');
    return { to };
  });
}

/** All rows of a search, page by page, as they are read by the other end. */
async function* every(
  track: TrackingParts,
  body: SearchInput,
  signal: AbortSignal,
): AsyncGenerator<TrackRow> {
  let cursor: string | undefined;
  do {
    const page = await track.search({ ...body, limit: PAGE, cursor }, { signal, budgetMs: BUDGET_MS });
    yield* page.rows;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
