/** Snapshots: an investigation as it was, with everything that the modules said and how the graph was arranged. */
import { Observable } from '@sightline/ctim';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Findings, ModuleError, ModuleRef } from './investigate.ts';

const tag = 'snapshots';
/** Largest snapshot as JSON, bytes. */
export const MAX_SNAPSHOT = 24 * 1024 * 1024;
const Ids = z.array(z.string().max(16_384)).max(20_000);

/** What was known: the question and each module's answer. */
export const SnapshotRun = z.object({
  /** Epoch milliseconds at which it was asked. */
  started: z.int().min(0),
  ms: z.number().min(0),
  observables: z.array(Observable).max(500),
  /** Keys of observables that were asked about from the graph. */
  expanded: Ids,
  modules: z
    .array(
      z.object({
        ref: ModuleRef,
        state: z.enum(['ok', 'partial', 'error', 'stopped']),
        ms: z.number().optional(),
        data: Findings,
        errors: z.array(ModuleError),
      }),
    )
    .max(200),
});
export type SnapshotRun = z.infer<typeof SnapshotRun>;

const Picks = z.object({ picked: Ids, how: z.enum(['hide', 'highlight']) });

/** How the graph was arranged. */
export const SnapshotView = z.object({
  grouping: z.boolean().nullable(),
  loose: Ids,
  types: Picks,
  verbs: Picks,
  away: Ids,
  folded: Ids,
  /** Places of nodes and groups by their ids. */
  positions: z.record(z.string().max(16_384), z.tuple([z.number(), z.number()])),
});
export type SnapshotView = z.infer<typeof SnapshotView>;

const Names = z.object({
  name: z.string().trim().min(1, 'Enter a name.').max(200),
  description: z.string().max(4000).default(''),
  /** Others of the organisation may open it. */
  shared: z.boolean().default(false),
});

export const Snapshot = Names.extend({
  id: z.uuid(),
  by: z.string(),
  created: z.iso.datetime(),
  /** It is the caller's own. */
  own: z.boolean(),
  observables: z.int(),
  sightings: z.int(),
  targets: z.int(),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const listSnapshots = endpoint({
  method: 'GET',
  path: '/api/snapshots',
  summary: 'Snapshots of the caller, and those that others share; newest first',
  tag,
  permission: 'investigate',
  answer: z.object({ snapshots: z.array(Snapshot) }),
});

export const saveSnapshot = endpoint({
  method: 'POST',
  path: '/api/snapshots',
  summary: 'Keep an investigation as it is now',
  tag,
  permission: 'investigate',
  body: Names.extend({ run: SnapshotRun, view: SnapshotView }),
  answer: Snapshot,
});

const params = z.object({ id: z.uuid() });

export const getSnapshot = endpoint({
  method: 'GET',
  path: '/api/snapshots/:id',
  summary: 'A snapshot with all that it holds',
  tag,
  permission: 'investigate',
  params,
  answer: Snapshot.extend({ run: SnapshotRun, view: SnapshotView }),
});

export const changeSnapshot = endpoint({
  method: 'PATCH',
  path: '/api/snapshots/:id',
  summary: 'Name, describe, share; only by the one who made it',
  tag,
  permission: 'investigate',
  params,
  body: z.object({
    name: Names.shape.name.optional(),
    description: z.string().max(4000).optional(),
    shared: z.boolean().optional(),
  }),
  answer: Snapshot,
});

export const deleteSnapshot = endpoint({
  method: 'DELETE',
  path: '/api/snapshots/:id',
  summary: 'Delete a snapshot; only by the one who made it',
  tag,
  permission: 'investigate',
  params,
});
