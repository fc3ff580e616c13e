/** Saved views: how a page is to look, by a name. Each person has his own, and may share them. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'views';

export const ViewPage = z.enum(['investigate', 'intelligence', 'casebooks', 'incidents']);
export type ViewPage = z.infer<typeof ViewPage>;

const Word = z.string().max(200);
const Picks = z.object({ picked: z.array(Word).max(200), how: z.enum(['hide', 'highlight']) });

/** What is on a page beside what it is about. */
export const ViewState = z.object({
  /** What it is narrowed to, as its address says it. */
  filter: z.record(z.string().max(64), z.string().max(2000)).refine((f) => Object.keys(f).length <= 20),
  density: z.enum(['compact', 'normal', 'comfortable']),
  /** Columns that are not shown, by the name of their table. */
  hidden: z.record(Word, z.array(Word).max(50)).refine((h) => Object.keys(h).length <= 50),
  /** Of the page Investigate. */
  investigate: z
    .object({
      /** Open in the inspector; '': the first. */
      tab: Word,
      inspector: z.boolean(),
      /** The graph as a list. */
      list: z.boolean(),
      /** null: by the number of nodes. */
      grouping: z.boolean().nullable(),
      types: Picks,
      verbs: Picks,
    })
    .optional(),
});
export type ViewState = z.infer<typeof ViewState>;

const Names = z.object({
  name: z.string().trim().min(1, 'Enter a name.').max(100),
  /** Others of the organisation have it in their lists. */
  shared: z.boolean().default(false),
  /** The page begins with it, for the one who made it. One of each page. */
  first: z.boolean().default(false),
});

export const SavedView = Names.extend({
  id: z.uuid(),
  page: ViewPage,
  by: z.string(),
  /** It is the caller's own. */
  own: z.boolean(),
  state: ViewState,
});
export type SavedView = z.infer<typeof SavedView>;

/** Views that one person can have. */
export const MAX_VIEWS = 200;

export const listViews = endpoint({
  method: 'GET',
  path: '/api/views',
  summary: 'Saved views of the caller, and those that others share; by name',
  tag,
  permission: 'session',
  answer: z.object({ views: z.array(SavedView) }),
});

export const saveView = endpoint({
  method: 'POST',
  path: '/api/views',
  summary: 'Save how a page looks; one of the same name and page is replaced',
  tag,
  permission: 'session',
  body: Names.extend({ page: ViewPage, state: ViewState }),
  answer: SavedView,
});

const params = z.object({ id: z.uuid() });

export const changeView = endpoint({
  method: 'PATCH',
  path: '/api/views/:id',
  summary: 'Name, share, begin with it; only by the one who made it',
  tag,
  permission: 'session',
  params,
  body: z.object({
    name: Names.shape.name.optional(),
    shared: z.boolean().optional(),
    first: z.boolean().optional(),
  }),
  answer: SavedView,
});

export const deleteView = endpoint({
  method: 'DELETE',
  path: '/api/views/:id',
  summary: 'Delete a saved view; only by the one who made it',
  tag,
  permission: 'session',
  params,
});
