import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHub, type TestHub } from './fixture.ts';

let at: TestHub;
beforeAll(async () => {
  at = await openHub();
});
afterAll(() => at.close());

it('has every endpoint in the API document', () => {
  const file = new URL('../../../docs/openapi.hub.json', import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> };
  const documented = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );
  const mounted = at.hub.endpoints.map((e) => `${e.method} ${e.path.replace(/:(\w+)/g, '{$1}')}`);
  expect(mounted.filter((one) => !documented.has(one))).toEqual([]);
});
