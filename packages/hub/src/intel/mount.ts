/** All routes of the intel store. */
import type { Mount } from '@sightline/api/http';
import type { Caller } from '../http.ts';
import { exchangeIntelRoutes } from './exchange.ts';
import { type FeedDeps, feedRoutes } from './feed-routes.ts';
import { fileRoutes } from './files.ts';
import { platformRoutes } from './platform.ts';
import { entityRoutes } from './routes.ts';
import { specialRoutes } from './special.ts';
import { taxiiRoutes } from './taxii.ts';

/** What has a name of its own in an address comes before what takes any id there. */
export function intelRoutes(on: Mount<Caller>, deps: FeedDeps): void {
  fileRoutes(on, deps);
  taxiiRoutes(on, deps);
  feedRoutes(on, deps);
  exchangeIntelRoutes(on, deps);
  specialRoutes(on, deps);
  platformRoutes(on, deps);
  entityRoutes(on, deps);
}
