import { who } from './0001-who.ts';
import { exchange } from './0002-exchange.ts';
import { module } from './0003-module.ts';
import { link } from './0004-link.ts';
import { users } from './0005-users.ts';
import { modules } from './0010-modules.ts';
import { intel } from './0020-intel.ts';
import { oauth } from './0030-oauth.ts';
import { people } from './0031-people.ts';
import { snapshots } from './0040-snapshots.ts';
import { respond } from './0050-respond.ts';
import { mailbox } from './0051-mailbox.ts';
import { places } from './0052-places.ts';
import { views } from './0060-views.ts';
import { intelIndices } from './0061-intel-indices.ts';
import type { Migration } from './migration.ts';

/** In the order in which they run; append only. */
export const migrations: readonly Migration[] = [
  who,
  exchange,
  module,
  link,
  users,
  oauth,
  modules,
  people,
  intel,
  snapshots,
  respond,
  mailbox,
  places,
  views,
  intelIndices,
];
