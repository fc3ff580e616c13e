/**
 * TAXII 2.1 (OASIS) for feeds: each feed is the one collection of whoever has its id and its secret, as user name and
 * password.
 */
import {
  fail,
  taxiiCollection,
  taxiiCollections,
  taxiiDiscovery,
  taxiiManifest,
  taxiiObjects,
  taxiiRoot,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Caller } from '../http.ts';
import { opened, viewOf } from './feed.ts';
import type { FeedDeps } from './feed-routes.ts';
import { stixObjects } from './format/stix.ts';
import { mount, type Request } from './routes.ts';
import type { Doc, Kept } from './store.ts';

const MEDIA = 'application/taxii+json;version=2.1';
const STIX = 'application/stix+json;version=2.1';
const ROOT = '/taxii2/feeds/';
const LARGEST = 4 * 1024 * 1024;

export function taxiiRoutes(on: Mount<Caller>, deps: FeedDeps): void {
  const at = (path: string): string => deps.publicUrl() + path;
  mount(on, taxiiDiscovery, async (given) => {
    await feedFor(deps, given);
    return sent(given, {
      title: 'Sightline',
      description: 'Feeds',
      default: at(ROOT),
      api_roots: [at(ROOT)],
    });
  });
  mount(on, taxiiRoot, async (given) => {
    await feedFor(deps, given);
    return sent(given, { title: 'Feeds', versions: [MEDIA], max_content_length: LARGEST });
  });
  mount(on, taxiiCollections, async (given) =>
    sent(given, { collections: [collectionOf(await feedFor(deps, given))] }),
  );
  mount(on, taxiiCollection, async (given) => sent(given, collectionOf(await collectionFor(deps, given))));
  mount(on, taxiiObjects, async (given) => objects(deps, given, (object) => object));
  mount(on, taxiiManifest, async (given) => objects(deps, given, manifestOf));
}

const sent = ({ c }: Request, body: Doc, headers: Record<string, string> = {}): Response =>
  c.body(JSON.stringify(body), 200, { 'Content-Type': MEDIA, 'Cache-Control': 'no-store', ...headers });

const uuidOf = (feed: Kept): string => feed.id.slice(-36);

const collectionOf = (feed: Kept): Doc => ({
  id: uuidOf(feed),
  title: String(feed.doc.title ?? 'Feed'),
  can_read: true,
  can_write: false,
  media_types: [STIX],
});

/** @throws 401 in a way that makes clients ask for a user name and password */
async function feedFor(deps: FeedDeps, { caller, c }: Request): Promise<Kept> {
  const now = deps.clock();
  deps.secretQuota.check(caller.peer, now);
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  const [, id = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  try {
    return await opened(deps, id, secret);
  } catch {
    deps.secretQuota.take(caller.peer, now);
    const headers = { 'WWW-Authenticate': 'Basic realm="sightline feeds", charset="UTF-8"' };
    const wire = {
      title: 'Unauthorized',
      http_status: '401',
      description: 'Log in with the id and the secret of a feed.',
    };
    throw fail('feed_secret_wrong', {}, { headers, wire });
  }
}

async function collectionFor(deps: FeedDeps, given: Request): Promise<Kept> {
  const feed = await feedFor(deps, given);
  if (given.params.id === uuidOf(feed)) return feed;
  throw fail('not_found', { what: 'collection' }, { wire: { title: 'Not Found', http_status: '404' } });
}

const manifestOf = (object: Doc): Doc => ({
  id: object.id,
  date_added: object.created,
  version: object.modified,
  media_type: STIX,
});

/** One page, oldest first; `next` is where the following one begins. */
async function objects(deps: FeedDeps, given: Request, form: (object: Doc) => Doc): Promise<Response> {
  const feed = await collectionFor(deps, given);
  const { judgements } = await viewOf(deps, feed);
  const all = stixObjects(judgements as unknown as Doc[])
    .filter((object) => matches(object, given.query))
    .sort(
      (a, b) =>
        String(a.created).localeCompare(String(b.created)) || String(a.id).localeCompare(String(b.id)),
    );
  const from = Number(given.query.next ?? 0) || 0;
  const limit = Number(given.query.limit ?? 100);
  const page = all.slice(from, from + limit);
  const more = from + limit < all.length;
  const dates: Record<string, string> = {};
  const [first, last] = [page[0], page.at(-1)];
  if (first && last) {
    dates['X-TAXII-Date-Added-First'] = String(first.created);
    dates['X-TAXII-Date-Added-Last'] = String(last.created);
  }
  return sent(
    given,
    {
      more,
      ...(more ? { next: String(from + limit) } : {}),
      ...(page.length > 0 ? { objects: page.map(form) } : {}),
    },
    dates,
  );
}

function matches(object: Doc, query: Doc): boolean {
  const among = (value: unknown, wanted: unknown): boolean =>
    wanted === undefined || String(wanted).split(',').includes(String(value));
  const after = query.added_after === undefined ? 0 : Date.parse(String(query.added_after)) || 0;
  return (
    among(object.id, query['match[id]']) &&
    among(object.type, query['match[type]']) &&
    Date.parse(String(object.created)) > after
  );
}
