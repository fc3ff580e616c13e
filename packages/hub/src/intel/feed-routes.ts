/** Feeds for whoever has their address: JSON, lines, CSV. */
import { Fault, viewFeed, viewFeedCsv, viewFeedText } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Quota } from '@sightline/api/web/quota';
import type { Judgement } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import type { IntelDeps } from './entities.ts';
import { type FeedView, opened, viewOf } from './feed.ts';
import { csvOf } from './format/csv.ts';
import { mount, type Request } from './routes.ts';

export interface FeedDeps extends IntelDeps {
  /** Wrong secrets per address. */
  secretQuota: Quota;
}

export function feedRoutes(on: Mount<Caller>, deps: FeedDeps): void {
  mount(on, viewFeed, async (given) => {
    const view = await viewed(deps, given);
    return view.output === 'judgements' ? { judgements: view.judgements } : { observables: view.observables };
  });
  mount(on, viewFeedText, async (given) => {
    const view = await viewed(deps, given).catch(inPlainText);
    if (typeof view === 'string') return given.c.text(view, 401);
    const { observables } = view;
    const values = [...new Set(observables.map(({ value }) => value.replace(/[\r\n]+/g, ' ')))].sort();
    return given.c.text(values.join('\n'));
  });
  mount(on, viewFeedCsv, async (given) => {
    const { judgements } = await viewed(deps, given);
    const name = `attachment; filename="${String(given.params.id)
      .split('/')
      .pop()
      ?.replace(/[^\w-]/g, '')}.csv"`;
    given.c.header('Content-Disposition', name);
    return given.c.body(judgementsCsv(judgements), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });
}

/** Who reads lines is told of a wrong secret in a line. */
function inPlainText(error: unknown): string {
  if (error instanceof Fault && error.code === 'feed_secret_wrong') return String(error.wire?.error);
  throw error;
}

/** @throws 429 when an address tries one secret after the other */
async function viewed(deps: FeedDeps, { caller, params, query, c }: Request): Promise<FeedView> {
  const now = deps.clock();
  deps.secretQuota.check(caller.peer, now);
  c.header('Cache-Control', 'no-store');
  const feed = await opened(deps, String(params.id), String(query.s)).catch((error: unknown) => {
    deps.secretQuota.take(caller.peer, now);
    throw error;
  });
  return viewOf(deps, feed, query.limit === undefined ? undefined : Number(query.limit));
}

const COLUMNS = [
  'type',
  'value',
  'disposition',
  'priority',
  'confidence',
  'severity',
  'reason',
  'source',
  'valid_from',
  'valid_until',
  'tlp',
];

export const judgementsCsv = (judgements: readonly Judgement[]): string =>
  csvOf(
    COLUMNS,
    judgements.map((j) => [
      j.observable.type,
      j.observable.value,
      j.disposition_name,
      String(j.priority),
      j.confidence,
      j.severity,
      j.reason ?? '',
      j.source,
      j.valid_time.start_time ?? '',
      j.valid_time.end_time ?? '',
      j.tlp ?? '',
    ]),
  );
