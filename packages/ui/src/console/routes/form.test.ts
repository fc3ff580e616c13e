import { Config } from '@sightline/api';
import { expect, it } from 'vitest';
import {
  bouncesForm,
  bouncesPatch,
  destinationFields,
  destinationsPatch,
  hostOf,
  hostText,
  routesForm,
  routesPatch,
} from './form.ts';

const config = Config.parse({
  routes: [
    { domain: 'ALL', host: 'USEDNS' },
    {
      domain: '.x.test',
      host: 'a.test',
      port: 24,
      fallback: [{ host: '2001:db8::1', port: 26 }, { host: 'b' }],
      protocol: 'lmtp',
      auth: 'hub',
    },
  ],
  outgoingAuth: [{ name: 'hub', user: 'u', password: '(hidden)' }],
  destinations: [{ domain: 'x.test', tls: 'verify', bounceProfile: 'Short' }],
  bounceProfiles: [
    {
      name: 'Short',
      retrySeconds: [60, 120],
      giveUpSeconds: 5400,
      delayWarningSeconds: 0,
      bounceMessages: false,
    },
  ],
});

it('gives back the configuration it was made from', () => {
  const patch = {
    ...routesPatch(routesForm(config)),
    ...destinationsPatch(config.destinations.map(destinationFields)),
    ...bouncesPatch(bouncesForm(config)),
  };
  const { delivery, ...lists } = patch;
  expect(Config.parse({ ...config, ...lists })).toEqual(config);
  expect(config.delivery).toMatchObject(delivery ?? {});
});

it.each([
  ['a.test', 'a.test', 25],
  ['a.test:26', 'a.test', 26],
  ['[2001:db8::1]:26', '2001:db8::1', 26],
  ['2001:db8::1', '2001:db8::1', 25],
])('reads %s', (text, host, port) => {
  expect(hostOf(text)).toEqual({ host, port });
  expect(hostText({ host, port })).toBe(text);
});
