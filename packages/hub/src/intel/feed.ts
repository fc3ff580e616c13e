/** What a feed says now: the judgements that are elements of its indicator and good now. */

import { timingSafeEqual } from 'node:crypto';
import { fail } from '@sightline/api';
import type { Judgement, Observable } from '@sightline/ctim';
import { type IntelDeps, readAny, shown } from './entities.ts';
import { notThere } from './fault.ts';
import type { Viewer } from './find.ts';
import { relationsBy } from './observable.ts';
import { type Doc, feedOf, type Kept } from './store.ts';
import { isGood } from './verdict.ts';
import { ownId } from './wire.ts';

export interface FeedView {
  feed: Kept;
  output: 'observables' | 'judgements';
  judgements: Judgement[];
  observables: Observable[];
  /** The indicator, where it still is there. */
  indicator: Doc | undefined;
}

/** Judgements of one feed. */
const MOST = 10_000;

/**
 * The feed of an id for whoever knows its secret.
 * @throws 404 also when it has expired, 401 with CTIA's words when the secret is wrong
 */
export async function opened(deps: IntelDeps, id: string, secret: string): Promise<Kept> {
  const short = ownId(id, deps.publicUrl());
  const feed = short === undefined ? undefined : await feedOf(deps.db, short);
  if (!feed) throw notThere('feed');
  if (!same(String(feed.doc.secret), secret)) throw wrongSecret();
  const { end_time, start_time } = (feed.doc.lifetime ?? {}) as Doc;
  const now = deps.clock();
  if (end_time !== undefined && Date.parse(String(end_time)) <= now) throw notThere('feed');
  if (start_time !== undefined && Date.parse(String(start_time)) > now) throw notThere('feed');
  return feed;
}

const wrongSecret = () => fail('feed_secret_wrong', {}, { wire: { error: 'wrong secret' } });

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What the feed holds, seen as its owner sees it. */
export async function viewOf(deps: IntelDeps, feed: Kept, limit = MOST): Promise<FeedView> {
  const viewer: Viewer = { orgId: feed.orgId, userId: feed.ownerId, name: '' };
  const indicatorId = typeof feed.doc.indicator_id === 'string' ? feed.doc.indicator_id : undefined;
  const indicator = indicatorId === undefined ? undefined : await readAny(deps.db, deps, viewer, indicatorId);
  const judgements = indicator ? await judgementsOf(deps, viewer, indicator.id, limit) : [];
  const observables = new Map(judgements.map(({ observable: o }) => [`${o.type}\n${o.value}`, o]));
  return {
    feed,
    output: feed.doc.output === 'judgements' ? 'judgements' : 'observables',
    judgements,
    observables: [...observables.values()].map(({ type, value }) => ({ type, value })),
    indicator: indicator && shown(deps, indicator),
  };
}

async function judgementsOf(
  deps: IntelDeps,
  viewer: Viewer,
  indicatorId: string,
  limit: number,
): Promise<Judgement[]> {
  const links = await relationsBy(deps, viewer, 'target_ref', [indicatorId], MOST);
  const ids = links
    .filter(({ relationship_type }) => MEMBERSHIP.has(String(relationship_type)))
    .map(({ source_ref }) => String(source_ref));
  const found: Judgement[] = [];
  const now = deps.clock();
  for (const id of new Set(ids)) {
    if (found.length >= limit) break;
    const kept = await readAny(deps.db, deps, viewer, id);
    const doc = kept?.type === 'judgement' ? (shown(deps, kept) as unknown as Judgement) : undefined;
    if (doc && isGood(doc, now)) found.push(doc);
  }
  return found;
}

/** How a judgement belongs to an indicator; the last is what clients of 2021 wrote. */
const MEMBERSHIP = new Set(['element-of', 'based-on', 'indicates']);
