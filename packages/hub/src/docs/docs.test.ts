/** What the hub says of its API is all of it, and the same as the document in the repository. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';

let at: TestHub;
// biome-ignore lint/suspicious/noExplicitAny: a document is looked at as its readers do
let document: any;
let page: string;
beforeAll(async () => {
  at = await openHub();
  document = await (await fetch(`${at.url}/docs/openapi.json`)).json();
  page = await (await fetch(`${at.url}/docs`)).text();
});
afterAll(() => at.close());

test('every endpoint that is mounted is in the document, with who may use it', () => {
  const missing = at.hub.endpoints.filter(({ method, path, permission }) => {
    const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    return operation?.['x-permission'] !== permission;
  });
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  expect(document.openapi).toBe('3.1.0');
});

/** Shared parameters in the place of the references to them. */
// biome-ignore lint/suspicious/noExplicitAny: a document is looked at as its readers do
const whole = ({ components }: any, list: { $ref?: string }[] = []) =>
  list.map((one) => (one.$ref ? components.parameters[one.$ref.split('/').at(-1) ?? ''] : one));

test('the document of the repository says the same of each', async () => {
  const file = new URL('../../../../docs/openapi.hub.json', import.meta.url);
  const kept = JSON.parse(await readFile(file, 'utf8'));
  for (const [path, operations] of Object.entries<object>(document.paths))
    for (const [method, { summary, tags, parameters, security }] of Object.entries(operations)) {
      const same = kept.paths[path]?.[method];
      expect(same, `${method} ${path}`).toMatchObject({ summary, tags, security });
      expect(whole(kept, same.parameters), `${method} ${path}`).toEqual(whole(document, parameters));
    }
});

test('the page has every endpoint, no script, and no address but its own', async () => {
  for (const { path } of at.hub.endpoints)
    expect(page).toContain(`<code>${path.replace(/:(\w+)/g, '{$1}')}</code>`);
  expect(page).not.toMatch(/<script|style=|javascript:|src=|https?:\/\/(?!tools\.ietf)/i);
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, to] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
  const style = await fetch(`${at.url}/docs/style.css`);
  expect(style.headers.get('content-type')).toContain('text/css');
  expect((await fetch(`${at.url}/docs`)).headers.get('content-security-policy')).toContain(
    "default-src 'none'",
  );
});
