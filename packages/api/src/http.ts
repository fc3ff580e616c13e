/** Mounts endpoints on a hono app: validates, asks whether the caller may, runs, and turns faults into answers. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { Answer, Endpoint, Given, Permission } from './endpoint.ts';
import { isNothing } from './endpoint.ts';
import { Fault, type FieldProblem, fail } from './error.ts';

/** Decides whether this request may use something that needs `permission`; throws a Fault if not. */
export type Gate<Caller> = (c: Context, permission: Permission) => Promise<Caller> | Caller;

export type Handler<E extends Endpoint, Caller> = (
  given: Given<E> & { caller: Caller; c: Context },
) => Promise<Answer<E> | Response> | Answer<E> | Response;

export interface Mount<Caller> {
  <E extends Endpoint>(endpoint: E, handler: Handler<E, Caller>): void;
  /** Every endpoint mounted so far, for the API document and the permission matrix. */
  readonly endpoints: Endpoint[];
}

/** Returns `on(endpoint, handler)` for this app. Default deny: an endpoint without a permission does not compile. */
export function mounter<Caller>(app: Hono, gate: Gate<Caller>): Mount<Caller> {
  const endpoints: Endpoint[] = [];
  const on = <E extends Endpoint>(e: E, handler: Handler<E, Caller>): void => {
    endpoints.push(e);
    app.on(e.method, [e.path], async (c) => {
      const caller = await gate(c, e.permission);
      const given = await read(e, c);
      const answer = await handler({ ...given, caller, c });
      if (answer instanceof Response) return answer;
      return answer === undefined ? c.body(null, 204) : c.json(answer as object);
    });
  };
  return Object.assign(on, { endpoints });
}

/**
 * A hono app with our limits and our one place for errors. `report` sees what nobody expected; `larger` are paths
 * that take more than `limit` bytes.
 */
export function httpApp(
  report: (error: unknown, trace: string) => void,
  limit = 1024 * 1024,
  larger: Readonly<Record<string, number>> = {},
): Hono {
  const app = new Hono();
  const usual = upTo(limit);
  const others = new Map(Object.entries(larger).map(([path, bytes]) => [path, upTo(bytes)]));
  app.use((c, next) => (others.get(c.req.path) ?? usual)(c, next));
  app.onError((error, c) => faultResponse(error, c, report));
  app.notFound((c) => faultResponse(fail('not_found', { what: 'such address' }), c, report));
  return app;
}

const upTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw fail('too_large', { limit: `${Math.round(maxSize / 1024)} KiB` });
    },
  });

function faultResponse(
  error: unknown,
  c: Context,
  report: (error: unknown, trace: string) => void,
): Response {
  const fault = error instanceof Fault ? error : unexpected(error, report);
  if (fault.code === 'too_many_requests' && fault.details.seconds)
    c.header('Retry-After', fault.details.seconds);
  for (const [name, value] of Object.entries(fault.headers)) c.header(name, value);
  return c.json(fault.wire ?? fault.body(), fault.status as 400);
}

function unexpected(error: unknown, report: (error: unknown, trace: string) => void): Fault {
  const trace = crypto.randomUUID();
  report(error, trace);
  return fail('internal', { trace }, { cause: error });
}

async function read<E extends Endpoint>(e: E, c: Context): Promise<Given<E>> {
  const problems: FieldProblem[] = [];
  const params = check(e.params, c.req.param(), 'path', problems);
  const query = check(e.query, flatQuery(c), 'query', problems);
  const body = isNothing(e.body) ? undefined : check(e.body, await bodyOf(e, c), '', problems);
  if (problems.length > 0) throw notValid(e, problems);
  return { params, query, body } as Given<E>;
}

/** Clients of CTR read a problem under the name of its field. */
function notValid(e: Endpoint, fields: FieldProblem[]): Fault {
  const fault = new Fault('invalid_input', {}, { fields });
  if (e.path.startsWith('/ctia/')) return inCtiaWords(fault, fields);
  if (!e.path.startsWith('/iroh/')) return fault;
  const byField = Object.fromEntries(fields.map(({ path, message }) => [path || 'body', message]));
  return new Fault('invalid_input', {}, { fields, wire: { ...byField, ...fault.body() } });
}

/** As CTIA words a document that is not valid; the fields are ours, so that one sees which. */
function inCtiaWords(fault: Fault, fields: FieldProblem[]): Fault {
  const message = fields.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; ');
  const ctia = { error: 'Spec Validation Client Error', type: 'Invalid Entity Error', message };
  return new Fault('invalid_input', {}, { fields, wire: { ...fault.body(), ...ctia } });
}

function check(schema: z.ZodType, value: unknown, where: string, problems: FieldProblem[]): unknown {
  if (isNothing(schema)) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    problems.push({ path: [where, ...issue.path].filter((p) => p !== '').join('.'), message: issue.message });
  }
  return undefined;
}

/** `?a=1&a=2` becomes `{ a: ['1','2'] }`, a single value stays a string. */
function flatQuery(c: Context): Record<string, string | string[]> {
  const all = c.req.queries();
  return Object.fromEntries(Object.entries(all).map(([k, v]) => [k, v.length === 1 ? (v[0] as string) : v]));
}

function bodyOf(e: Endpoint, c: Context): Promise<unknown> {
  if (e.takes === 'application/octet-stream')
    return c.req.arrayBuffer().then((bytes) => new Uint8Array(bytes));
  return e.takes ? form(c) : json(c);
}

async function json(c: Context): Promise<unknown> {
  try {
    const text = await c.req.text();
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw fail('bad_request', { reason: 'the body is not JSON' }, { cause });
  }
}

/** A form by name; a name that comes twice keeps all its values, so that a schema of strings refuses it. */
async function form(c: Context): Promise<Record<string, string | string[]>> {
  const given = new URLSearchParams(await c.req.text());
  const byName = [...new Set(given.keys())].map((name) => [name, given.getAll(name)] as const);
  return Object.fromEntries(byName.map(([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]));
}
