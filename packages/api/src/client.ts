/** Calls endpoints over HTTP. The same schema that guards the server checks what comes back. */
import type { z } from 'zod';
import type { Answer, Endpoint, Input } from './endpoint.ts';
import { isNothing } from './endpoint.ts';
import { CATALOGUE, Fault, type FaultBody, type FaultCode } from './error.ts';

export interface ClientOptions {
  /** `https://host:port`, or '' for the page's own origin. */
  base: string;
  fetch?: typeof fetch;
  headers?: Record<string, string>;
}

export type Call = <E extends Endpoint>(
  endpoint: E,
  input?: Input<E>,
  options?: { signal?: AbortSignal },
) => Promise<Answer<E>>;

/** Returns `call(endpoint, input)`; rejects with the server's Fault. */
export function client(options: ClientOptions): Call {
  return async (endpoint, input, { signal } = {}) => {
    const res = await send(options, endpoint, input, signal);
    if (res.status === 204 || isNothing(endpoint.answer)) return undefined as Answer<typeof endpoint>;
    if (endpoint.media) return (await res.text()) as Answer<typeof endpoint>;
    return (endpoint.answer as z.ZodType).parse(await res.json()) as Answer<typeof endpoint>;
  };
}

/** Like `client`, for endpoints that answer one JSON object a line; yields them as they arrive. */
export async function* lines<E extends Endpoint>(
  options: ClientOptions,
  endpoint: E,
  input: Input<E>,
  signal?: AbortSignal,
): AsyncGenerator<Answer<E>> {
  const res = await send(options, endpoint, input, signal);
  if (!res.body) return;
  let rest = '';
  const decoder = new TextDecoder();
  const reader = res.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    rest += decoder.decode(part.value, { stream: true });
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line) yield endpoint.answer.parse(JSON.parse(line)) as Answer<E>;
  }
  if (rest) yield endpoint.answer.parse(JSON.parse(rest)) as Answer<E>;
}

async function send(
  options: ClientOptions,
  endpoint: Endpoint,
  input: { params?: unknown; query?: unknown; body?: unknown } | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers: Record<string, string> = {
    accept: endpoint.media ?? 'application/json',
    ...options.headers,
  };
  if (!isNothing(endpoint.body)) headers['content-type'] = endpoint.takes ?? 'application/json';
  const res = await (options.fetch ?? fetch)(options.base + address(endpoint, input), {
    method: endpoint.method,
    headers,
    ...(isNothing(endpoint.body) ? {} : { body: written(endpoint, input?.body) }),
    ...(signal ? { signal } : {}),
  });
  if (!res.ok) throw await faultOf(res);
  return res;
}

function written(endpoint: Endpoint, body: unknown): string | Uint8Array<ArrayBuffer> {
  if (endpoint.takes === 'application/octet-stream') return body as Uint8Array<ArrayBuffer>;
  return endpoint.takes
    ? new URLSearchParams(body as Record<string, string>).toString()
    : JSON.stringify(body);
}

/** Path and query of an endpoint with its parameters filled in. */
export function address(
  endpoint: Endpoint,
  input: { params?: unknown; query?: unknown } | undefined,
): string {
  const params = (input?.params ?? {}) as Record<string, string>;
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries((input?.query ?? {}) as Record<string, unknown>)) {
    for (const v of Array.isArray(value) ? value : [value]) if (v !== undefined) query.append(key, String(v));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

async function faultOf(res: Response): Promise<Fault> {
  const body = (await res.json().catch(() => undefined)) as Partial<FaultBody> | undefined;
  if (body?.error && body.error in CATALOGUE) {
    return new Fault(body.error as FaultCode, body.details ?? {}, body.fields ? { fields: body.fields } : {});
  }
  // CTIA has words of its own where we have a code.
  if (body?.fields) return new Fault('invalid_input', {}, { fields: body.fields });
  return new Fault('bad_request', { reason: `${res.status} ${res.statusText}` });
}
