/** The API of this hub as it is mounted: a document for programs, a page for people. */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { openapi } from '@sightline/api/openapi';
import { REFERENCE_STYLE, referencePage } from '@sightline/api/web/reference';
import * as ctim from '@sightline/ctim';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Caller } from '../http.ts';

const TITLE = 'Sightline hub';
const DESCRIPTION =
  'Exchange and response portal: devices, modules, investigation, and the calls that CTR clients know.';

/** Mount it last: it describes what is mounted when it is first asked for. */
export function docsRoutes(on: Mount<Caller>, { version }: { version: string }): void {
  let made: { document: Record<string, unknown>; page: string } | undefined;
  const now = () => {
    made ??= described(on.endpoints, version);
    return made;
  };
  on(api.apiDocument, ({ c }) => {
    c.header('Cache-Control', 'no-cache');
    return now().document;
  });
  on(api.apiReference, ({ c }) => as(c, 'text/html; charset=utf-8', now().page));
  on(api.apiStyle, ({ c }) => as(c, 'text/css; charset=utf-8', REFERENCE_STYLE));
}

function described(mounted: readonly api.Endpoint[], version: string) {
  const all = { ...api, ...api.INTEL_ENDPOINTS, ...api.PLATFORM_ENDPOINTS };
  const exported = Object.entries(all as Record<string, unknown>);
  const named = exported.filter(([, value]) => mounted.includes(value as api.Endpoint));
  const schemas = { ...ctim, ...api } as Record<string, unknown>;
  const document = openapi({
    title: TITLE,
    description: DESCRIPTION,
    version,
    endpoints: Object.fromEntries(named) as Record<string, api.Endpoint>,
    schemas: Object.fromEntries(Object.entries(schemas).filter(isSchema)),
  });
  const files = { document: api.apiDocument.path, style: api.apiStyle.path };
  return { document, page: referencePage(document, files) };
}

const isSchema = (entry: [string, unknown]): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType;

function as(c: Context, type: string, body: string): Response {
  c.header('Cache-Control', 'no-cache');
  return c.body(body, 200, { 'Content-Type': type });
}
