/**
 * An endpoint is one value: where it is, who may use it, what goes in and what comes out. Servers mount it
 * (`mount` in http.ts), clients call it (client.ts), the OpenAPI document and the permission matrix are read
 * off it. Nothing is said twice.
 */
import { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `public` needs no session; `session` any logged-in user; anything else is a named permission. */
export type Permission = 'public' | 'session' | (string & {});

type Shape = z.ZodType;

export interface Endpoint<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
  Answer extends Shape = Shape,
> {
  method: Method;
  /** `/api/devices/:id`, colon marks a parameter. */
  path: string;
  /** One sentence for people who read the API document. */
  summary: string;
  tag: string;
  permission: Permission;
  params: Params;
  query: Query;
  body: Body;
  answer: Answer;
  /** How the body comes when it is not JSON: a form, whose schema is of strings by name, or bytes. */
  takes?: 'application/x-www-form-urlencoded' | 'application/octet-stream';
  /** What the answer is when it is not JSON. */
  media?: 'application/x-ndjson' | 'text/csv' | 'text/plain' | 'text/html' | 'text/css' | 'message/rfc822';
}

const nothing = z.undefined();
export type Nothing = typeof nothing;

/** Defines an endpoint; parts left out take no input. */
export function endpoint<
  Params extends Shape = Nothing,
  Query extends Shape = Nothing,
  Body extends Shape = Nothing,
  Answer extends Shape = Nothing,
>(
  spec: Pick<Endpoint, 'method' | 'path' | 'summary' | 'tag' | 'permission' | 'takes' | 'media'> & {
    params?: Params;
    query?: Query;
    body?: Body;
    answer?: Answer;
  },
): Endpoint<Params, Query, Body, Answer> {
  return {
    ...spec,
    params: spec.params ?? (nothing as unknown as Params),
    query: spec.query ?? (nothing as unknown as Query),
    body: spec.body ?? (nothing as unknown as Body),
    answer: spec.answer ?? (nothing as unknown as Answer),
  };
}

/** All that a caller may hand to an endpoint; parts that take nothing may be left out. */
export type Input<E extends Endpoint> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']>;
type Part<Name extends string, S extends Shape> = [z.input<S>] extends [undefined]
  ? { [K in Name]?: undefined }
  : { [K in Name]: z.input<S> };

/** What a handler is handed: the same parts after validation. */
export interface Given<E extends Endpoint> {
  params: z.output<E['params']>;
  query: z.output<E['query']>;
  body: z.output<E['body']>;
}
export type Answer<E extends Endpoint> = z.output<E['answer']>;

export const isNothing = (schema: Shape): boolean => schema === nothing;
