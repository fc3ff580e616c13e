import { expect, test } from 'vitest';
import { optionsFrom } from './env.ts';

test('nothing set: a hub of AMERICAS for this machine', () => {
  expect(optionsFrom({})).toMatchObject({
    listen: { host: '127.0.0.1', port: 8443 },
    region: 'AMERICAS',
    regions: [],
  });
});

test('the regions with their addresses', () => {
  const text = 'americas=https://am.example, EUROPE=https://eu.example';
  expect(optionsFrom({ SIGHTLINE_REGIONS: text }).regions).toEqual([
    { name: 'AMERICAS', url: 'https://am.example' },
    { name: 'EUROPE', url: 'https://eu.example' },
  ]);
});

test('everything that is wrong is said at once', () => {
  const wrong = {
    SIGHTLINE_PORT: 'x',
    SIGHTLINE_PUBLIC_URL: 'ftp://a',
    SIGHTLINE_REGION: 'a b',
    SIGHTLINE_REGIONS: 'AMERICAS',
    SIGHTLINE_METRICS_TOKEN: 'short',
    SIGHTLINE_TRUSTED_PROXIES: 'proxy.example',
  };
  const message = (() => {
    try {
      optionsFrom(wrong);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  })();
  for (const name of Object.keys(wrong)) expect(message).toContain(name);
});
