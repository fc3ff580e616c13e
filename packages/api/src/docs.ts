/** The API described by the program itself. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'docs';

export const apiReference = endpoint({
  method: 'GET',
  path: '/docs',
  summary: 'The API as a page to read',
  tag,
  permission: 'public',
  media: 'text/html',
  answer: z.string(),
});

export const apiDocument = endpoint({
  method: 'GET',
  path: '/docs/openapi.json',
  summary: 'The API as an OpenAPI 3.1 document',
  tag,
  permission: 'public',
  answer: z.record(z.string(), z.unknown()),
});

export const apiStyle = endpoint({
  method: 'GET',
  path: '/docs/style.css',
  summary: 'Style sheet of the page',
  tag,
  permission: 'public',
  media: 'text/css',
  answer: z.string(),
});
