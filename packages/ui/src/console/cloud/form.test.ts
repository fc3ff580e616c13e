import { Config, HIDDEN } from '@sightline/api';
import { expect, it } from 'vitest';
import { type CloudForm, cloudForm, cloudPatch } from './form.ts';

const config = Config.parse({});

it('submits the switch and the server', () => {
  expect(cloudPatch({ ...cloudForm(config), enabled: true, server: 'EUROPE' })).toEqual({
    patch: { cloud: { ...config.cloud, enabled: true, server: 'EUROPE' }, managedBy: '' },
  });
});

it('leaves empty rows out and names the rows that are wrong', () => {
  const form = cloudForm(config);
  const servers = [...form.servers, { name: ' ', url: '' }];
  expect(cloudPatch({ ...form, servers })).toEqual({ patch: { cloud: config.cloud, managedBy: '' } });
  expect(cloudPatch({ ...form, servers: [{ name: '', url: 'over there' }] })).toEqual({
    problems: {
      'servers.0.name': 'Enter a name of at most 32 characters.',
      'servers.0.url': 'Enter an address such as https://exchange.example.com.',
    },
  });
});

it('keeps a password that is set unless another is typed, and drops it with the proxy', () => {
  const set = { ...cloudForm(config), proxy: 'http://user@proxy:3128', proxyPasswordSet: true };
  const sent = (form: CloudForm) => cloudPatch(form);
  expect(sent(set)).toMatchObject({ patch: { cloud: { proxyPassword: HIDDEN } } });
  expect(sent({ ...set, proxyPassword: 'new' })).toMatchObject({
    patch: { cloud: { proxyPassword: 'new' } },
  });
  expect(sent({ ...set, proxy: ' ' })).toMatchObject({ patch: { cloud: { proxy: '', proxyPassword: '' } } });
});

it('wants the chosen server to be one of the list', () => {
  expect(cloudPatch({ ...cloudForm(config), server: 'ASIA' })).toEqual({
    problems: { server: 'Choose one of the servers below.' },
  });
});
