import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import * as exchange from './exchange.ts';
import * as investigate from './investigate.ts';
import * as oauth from './oauth.ts';
import { endpointsOf, openapi, schemasOf } from './openapi.ts';
import * as track from './track.ts';
import * as who from './who.ts';

const parts = { ...who, ...exchange, ...investigate, ...oauth };
const endpoints = endpointsOf(parts);
const document = openapi({
  title: 'hub',
  description: 'd',
  version: '1',
  endpoints,
  schemas: schemasOf({ ...track, ...parts }),
});

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at as its readers do
const doc = JSON.parse(JSON.stringify(document)) as any;
const operations = Object.values(doc.paths).flatMap((path) => Object.values(path as object));

describe('the OpenAPI document', () => {
  it('has every endpoint once, each with who may use it', () => {
    expect(operations.map((o) => o.operationId).sort()).toEqual(Object.keys(endpoints).sort());
    for (const operation of operations) {
      const isPublic = operation['x-permission'] === 'public';
      expect(operation.security.length === 0).toBe(isPublic);
      expect('401' in operation.responses).toBe(!isPublic);
    }
  });

  it('refers only to what is in it, and has nothing that nobody refers to', () => {
    const text = JSON.stringify(doc);
    const refs = new Set([...text.matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, ref]) => ref as string));
    expect(refs.size).toBeGreaterThan(20);
    for (const ref of refs) {
      const at = ref
        .slice(2)
        .split('/')
        .reduce((node, key) => node?.[key], doc);
      expect(at, ref).toBeTypeOf('object');
    }
    for (const part of ['schemas', 'parameters'])
      for (const name of Object.keys(doc.components[part]))
        expect(refs).toContain(`#/components/${part}/${name}`);
    expect(text).not.toContain('$id');
  });

  it('names scopes for clients beside the session, and the form of the token endpoint', () => {
    const observe = doc.paths['/iroh/iroh-enrich/observe/observables'].post;
    expect(observe.security).toEqual([{ client: ['enrich/observables/observe:read'] }, { session: [] }]);
    expect(doc.components.parameters.mids).toEqual(
      expect.objectContaining({ name: 'mids', in: 'query', required: false }),
    );
    expect(observe.parameters).toContainEqual({ $ref: '#/components/parameters/mids' });
    const [id] = doc.paths['/api/devices/{id}'].patch.parameters;
    expect(doc.components.parameters[id.$ref.split('/').at(-1)]).toMatchObject({ name: 'id', in: 'path' });
    expect(doc.paths['/api/devices/{id}'].delete.responses).toHaveProperty('204');
    const token = doc.paths['/iroh/oauth2/token'].post;
    expect(Object.keys(token.requestBody.content)).toEqual(['application/x-www-form-urlencoded']);
    const stream = doc.paths['/api/investigate'].post.responses['200'];
    expect(Object.keys(stream.content)).toEqual(['application/x-ndjson']);
  });

  it('says which codes a status can carry', () => {
    expect(doc.components.responses.Fault409.description).toContain('`name_taken`');
  });

  it('changes when a contract changes', () => {
    const changed = {
      ...endpoints,
      observe: { ...investigate.observe, answer: z.object({ other: z.string() }) },
    };
    const other = openapi({ title: 'hub', description: 'd', version: '1', endpoints: changed, schemas: {} });
    expect(JSON.stringify(other)).toContain('observeAnswer');
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(document));
  });
});

it('what schemas share has one name of its own, and no pointer leads into another file', () => {
  const Tree: z.ZodType = z.object({
    name: z.string(),
    get below() {
      return z.array(Tree);
    },
  });
  const shared = z.object({ tree: Tree });
  const one = endpoint({
    method: 'POST',
    path: '/one',
    summary: 's',
    tag: 't',
    permission: 'public',
    body: z.object({ a: shared, b: shared }),
    answer: z.object({ c: Tree }),
  });
  const made = openapi({ title: 't', description: 'd', version: '1', endpoints: { one }, schemas: {} });
  const text = JSON.stringify(made);
  expect(text).not.toContain('__shared');
  const names = Object.keys((made.components as { schemas: object }).schemas);
  for (const [, ref] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(names).toContain(ref);
});
