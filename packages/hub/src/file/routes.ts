/** A dropped file over HTTP. */
import { inspectFile } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Caller } from '../http.ts';
import type { ReadFile } from './reader.ts';

export function fileRoutes(on: Mount<Caller>, read: ReadFile): void {
  on(inspectFile, ({ query, body }) => read(query.name, body));
}
