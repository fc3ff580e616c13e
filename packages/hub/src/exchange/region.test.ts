import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openHub } from '../fixture.ts';
import { regionStates } from './region.ts';

test('says which exchange this is, which others answer, and what is wrong with those that do not', async () => {
  const europe = await openHub({ region: 'EUROPE' });
  const other = createServer((_, res) => res.end('hello')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const states = await regionStates({
      region: 'AMERICAS',
      regions: [
        { name: 'EUROPE', url: europe.url },
        { name: 'APJC', url: europe.url },
        { name: 'OTHER', url: `http://127.0.0.1:${port}` },
        { name: 'GONE', url: 'http://127.0.0.1:9' },
      ],
      publicUrl: () => 'http://here.example',
      fetch: async (input, init) =>
        String(input).includes(':9/')
          ? Promise.reject(new TypeError('failed', { cause: { code: 'ECONNREFUSED' } }))
          : fetch(input, init),
    });
    expect(states).toEqual([
      { name: 'AMERICAS', url: 'http://here.example', own: true, reachable: true, ms: null, problem: '' },
      expect.objectContaining({ name: 'EUROPE', own: false, reachable: true, problem: '' }),
      expect.objectContaining({
        name: 'APJC',
        reachable: false,
        problem: expect.stringMatching(/Something else/),
      }),
      expect.objectContaining({
        name: 'OTHER',
        reachable: false,
        problem: expect.stringMatching(/Something else/),
      }),
      expect.objectContaining({
        name: 'GONE',
        reachable: false,
        problem: 'Nothing listens at this address.',
      }),
    ]);
  } finally {
    other.close();
    await europe.close();
  }
});
