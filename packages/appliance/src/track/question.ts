/** Questions are checked before any engine sees them. */
import { fail, Search, type SearchInput } from '@sightline/api';
import { readCursor } from './cursor.ts';

/** Throws `bad_request` for a cursor that comes from no answer. */
export function checkedSearch(input: SearchInput): Search {
  const q = Search.parse(input);
  if (q.cursor !== undefined && !readCursor(q.cursor))
    throw fail('bad_request', { reason: 'the cursor does not come from an answer to this search.' });
  return q;
}
