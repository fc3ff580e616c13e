import { expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { openapi } from '../openapi.ts';
import { referencePage } from './reference.ts';

const HOSTILE = `"><script>alert(1)</script>'&`;

it('no text of the document is markup', () => {
  const Hostile = z.object({ [HOSTILE]: z.enum([HOSTILE, 'b']) }).describe(HOSTILE);
  const document = openapi({
    title: HOSTILE,
    description: HOSTILE,
    version: HOSTILE,
    endpoints: {
      one: endpoint({
        method: 'POST',
        path: '/a/:id',
        summary: HOSTILE,
        tag: HOSTILE,
        permission: HOSTILE,
        params: z.object({ id: z.string().max(3) }),
        body: Hostile,
        answer: z.array(z.union([z.literal(HOSTILE), z.int(), z.object({ a: Hostile.optional() })])),
      }),
    },
    schemas: { Hostile },
  });
  const page = referencePage(document, { document: '/d', style: '/s' });
  expect(page).not.toContain('<script');
  expect(page).not.toContain(`"><`.concat('script'));
  expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(5);
  expect(page).toContain('maxLength 3');
  expect(page).not.toContain(String(Number.MAX_SAFE_INTEGER));
});
