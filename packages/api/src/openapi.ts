/** Endpoints as an OpenAPI 3.1 document. Pure: the same contracts always give the same document. */
import { z } from 'zod';
import { type Endpoint, isNothing } from './endpoint.ts';
import { CATALOGUE } from './error.ts';

type Json = Record<string, unknown>;

export interface Described {
  title: string;
  description: string;
  version: string;
  /** By name; the name becomes the operation's id. */
  endpoints: Record<string, Endpoint>;
  /** By name; what answers are made of. */
  schemas: Record<string, z.ZodType>;
}

const SCHEMAS = '#/components/schemas/';

export function openapi(unordered: Described): Json {
  const given = ordered(unordered);
  const names = named(given);
  const shared = sharedParameters(Object.values(given.endpoints));
  return {
    openapi: '3.1.0',
    info: {
      title: given.title,
      version: given.version,
      description: given.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(Object.values(given.endpoints).map((e) => e.tag))].sort().map((name) => ({ name })),
    paths: paths(given.endpoints, { nameOf: names.nameOf, refOf: shared.refOf }),
    components: {
      securitySchemes: securitySchemes(given.endpoints),
      responses: faultResponses(),
      parameters: shared.parameters,
      schemas: { ...names.schemas, Fault: FAULT },
    },
  };
}

/** The same document whatever the order in which its parts were collected: by address, and by name. */
function ordered(given: Described): Described {
  const where = ({ path, method }: Endpoint): string => `${path} ${method}`;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const endpoints = Object.entries(given.endpoints).sort(([, a], [, b]) => compare(where(a), where(b)));
  const schemas = Object.entries(given.schemas).sort(([a], [b]) => compare(a, b));
  return { ...given, endpoints: Object.fromEntries(endpoints), schemas: Object.fromEntries(schemas) };
}

/** Which of a module's exports are endpoints. */
export function endpointsOf(exported: Record<string, unknown>): Record<string, Endpoint> {
  const isEndpoint = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'answer' in value;
  return Object.fromEntries(Object.entries(exported).filter(([, v]) => isEndpoint(v))) as Record<
    string,
    Endpoint
  >;
}

/** Which of a module's exports are schemas. */
export const schemasOf = (exported: Record<string, unknown>): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(exported).filter(([, v]) => v instanceof z.ZodType)) as Record<
    string,
    z.ZodType
  >;

type NameOf = (schema: z.ZodType) => string;

/** Every schema under a name: its own, or that of the operation it belongs to. */
function named({ endpoints, schemas }: Described): { schemas: Json; nameOf: NameOf } {
  const answers = z.registry<{ id: string }>();
  const inputs = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(schemas)) answers.add(schema, { id: name });
  for (const [name, e] of Object.entries(endpoints)) {
    if (!isNothing(e.answer) && !answers.has(e.answer)) answers.add(e.answer, { id: `${name}Answer` });
    if (!isNothing(e.body) && !inputs.has(e.body)) inputs.add(e.body, { id: `${name}Body` });
  }
  const used = reachable(jsonOf(answers, 'output'), Object.values(endpoints), answers);
  const nameOf: NameOf = (schema) => inputs.get(schema)?.id ?? answers.get(schema)?.id ?? '';
  return { schemas: { ...used, ...jsonOf(inputs, 'input') }, nameOf };
}

function jsonOf(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Record<string, Json> {
  const { schemas } = z.toJSONSchema(registry, { io, unrepresentable: 'any', uri: (id) => SCHEMAS + id });
  const flat = lifted(schemas as Record<string, Json>, io === 'input' ? 'Given' : 'Part');
  return Object.fromEntries(Object.entries(flat).map(([name, schema]) => [name, bare(schema)]));
}

/** What several schemas share without a name of its own becomes a schema beside them. */
function lifted({ __shared, ...schemas }: Record<string, Json>, prefix: string): Record<string, Json> {
  const shared = Object.entries((__shared?.$defs ?? {}) as Record<string, Json>);
  const named = shared.map(([key, schema], i) => [key, `${prefix}${i + 1}`, schema] as const);
  const all = { ...schemas, ...Object.fromEntries(named.map(([, name, schema]) => [name, schema])) };
  const text = named.reduce(
    (json, [key, name]) => json.replaceAll(`"${SCHEMAS}__shared#/$defs/${key}"`, `"${SCHEMAS}${name}"`),
    JSON.stringify(all),
  );
  return JSON.parse(text) as Record<string, Json>;
}

function bare({ $schema, $id, id, ...schema }: Json): Json {
  return schema;
}

/** Only what some answer leads to. */
function reachable(
  all: Record<string, Json>,
  endpoints: Endpoint[],
  registry: z.core.$ZodRegistry<{ id: string }>,
): Json {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const schema = all[name];
    if (seen.has(name) || !schema) return;
    seen.add(name);
    for (const [, next] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      visit(next as string);
  };
  for (const e of endpoints) visit(registry.get(e.answer)?.id ?? '');
  return Object.fromEntries(Object.entries(all).filter(([name]) => seen.has(name)));
}

/** What operations refer to instead of repeating it. */
interface Names {
  nameOf: NameOf;
  refOf: (parameter: Json) => Json;
}

function paths(endpoints: Record<string, Endpoint>, names: Names): Json {
  const byPath: Record<string, Json> = {};
  for (const [name, e] of Object.entries(endpoints)) {
    const path = e.path.replace(/:(\w+)/g, '{$1}');
    byPath[path] = { ...byPath[path], [e.method.toLowerCase()]: operation(name, e, names) };
  }
  return byPath;
}

function operation(name: string, e: Endpoint, { nameOf, refOf }: Names): Json {
  const parameters = allParameters(e).map(refOf);
  return {
    operationId: name,
    summary: e.summary,
    tags: [e.tag],
    security: securityOf(e),
    'x-permission': e.permission,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(isNothing(e.body)
      ? {}
      : { requestBody: { required: true, content: content(e.takes, e.body, nameOf) } }),
    responses: responsesOf(e, nameOf),
  };
}

const content = (media: string | undefined, schema: z.ZodType, nameOf: NameOf): Json => ({
  [media ?? 'application/json']: { schema: { $ref: SCHEMAS + nameOf(schema) } },
});

const allParameters = (e: Endpoint): Json[] => [
  ...parametersOf(e.params, 'path'),
  ...parametersOf(e.query, 'query'),
];

/** Parameters that several operations have the same, by name; where one name means several things, with a number. */
function sharedParameters(endpoints: readonly Endpoint[]): { parameters: Json; refOf: Names['refOf'] } {
  const uses = new Map<string, number>();
  for (const json of endpoints.flatMap(allParameters).map((one) => JSON.stringify(one)))
    uses.set(json, (uses.get(json) ?? 0) + 1);
  const names = new Map<string, string>();
  const parameters: Json = {};
  for (const json of [...uses].filter(([, count]) => count > 1).map(([one]) => one)) {
    const parameter = JSON.parse(json) as Json;
    const name = unused(String(parameter.name).replace(/[^\w.-]+/g, '_'), parameters);
    names.set(json, name);
    parameters[name] = parameter;
  }
  const refOf = (parameter: Json): Json => {
    const name = names.get(JSON.stringify(parameter));
    return name === undefined ? parameter : { $ref: `#/components/parameters/${name}` };
  };
  return { parameters, refOf };
}

function unused(name: string, taken: Json, n = 1): string {
  const own = n === 1 ? name : `${name}_${n}`;
  return Object.hasOwn(taken, own) ? unused(name, taken, n + 1) : own;
}

function parametersOf(schema: z.ZodType, where: 'path' | 'query'): Json[] {
  if (isNothing(schema)) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: inner,
  }));
}

function responsesOf(e: Endpoint, nameOf: NameOf): Json {
  const answered = isNothing(e.answer)
    ? { 204: { description: 'Done' } }
    : { 200: { description: described(e), content: content(e.media, e.answer, nameOf) } };
  const faults = statusesOf(e).map((s) => [s, { $ref: `#/components/responses/Fault${s}` }]);
  return { ...answered, ...Object.fromEntries(faults) };
}

const described = (e: Endpoint): string =>
  e.media === 'application/x-ndjson' ? 'One such object on each line, sent as it is ready' : 'The answer';

/** Faults that this endpoint can answer with, by what it takes and needs. */
function statusesOf(e: Endpoint): number[] {
  const takes = !isNothing(e.body) || !isNothing(e.query) || !isNothing(e.params);
  return [
    ...(takes ? [400] : []),
    ...(e.permission === 'public' ? [] : [401]),
    ...(e.permission === 'public' || e.permission === 'session' ? [] : [403]),
    ...(isNothing(e.params) ? [] : [404]),
    ...(e.method === 'GET' ? [] : [409]),
    ...(isNothing(e.body) ? [] : [413]),
    429,
    500,
  ];
}

const forClients = (e: Endpoint): boolean => e.path.startsWith('/iroh/') || e.path.startsWith('/ctia/');

function securityOf(e: Endpoint): Json[] {
  if (e.permission === 'public') return [];
  return forClients(e) ? [{ client: [e.permission] }, { session: [] }] : [{ session: [] }];
}

function securitySchemes(endpoints: Record<string, Endpoint>): Json {
  const session = {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-sid',
    description: 'Set by logging in; over plain HTTP on loopback the name has no prefix',
  };
  const scoped = Object.values(endpoints).filter((e) => forClients(e) && e.permission !== 'public');
  if (scoped.length === 0) return { session };
  const scopes = Object.fromEntries(scoped.map((e) => [e.permission, e.summary]));
  return {
    session,
    client: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/iroh/oauth2/token', scopes } } },
  };
}

const FAULT: Json = {
  type: 'object',
  description: 'Addresses under /iroh may add fields that clients of CTR know.',
  properties: {
    error: { type: 'string', description: 'Code for programs' },
    error_description: { type: 'string', description: 'A sentence for people that says what to do' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    details: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['error'],
};

/** One response for each status of the catalogue, naming its codes. */
function faultResponses(): Json {
  const byStatus = new Map<number, string[]>();
  for (const [code, [status, text]] of Object.entries(CATALOGUE)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), `- \`${code}\`: ${text}`]);
  }
  const responses = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, lines]) => [
      `Fault${status}`,
      {
        description: lines.join('\n'),
        content: { 'application/json': { schema: { $ref: `${SCHEMAS}Fault` } } },
      },
    ]);
  return Object.fromEntries(responses);
}
