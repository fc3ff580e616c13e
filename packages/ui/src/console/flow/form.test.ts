import { Config } from '@sightline/api';
import { expect, it } from 'vitest';
import { flowForm, flowPatch } from './form.ts';

const config = Config.parse({
  hostname: 'esa01.example.com',
  recipientDomains: ['example.com', '.example.org'],
  relayNetworks: ['10.0.0.0/8'],
  routes: [{ domain: 'ALL', host: '127.0.0.1', port: 2526 }],
});

it('gives back the configuration it was made from', () => {
  const result = flowPatch(flowForm(config));
  expect('patch' in result && Config.parse({ ...config, ...result.patch })).toEqual(config);
});

it('takes domains on lines or separated by commas, and leaves empty routes out', () => {
  const form = { ...flowForm(config), recipientDomains: 'a.test, b.test\n\n c.test ' };
  const result = flowPatch({ ...form, routes: [...form.routes, { domain: ' ', host: '', port: '25' }] });
  expect(result).toMatchObject({
    patch: { recipientDomains: ['a.test', 'b.test', 'c.test'], routes: [{ domain: 'ALL', port: 2526 }] },
  });
});

it('names every field that must be corrected, and the entry in it', () => {
  const result = flowPatch({
    ...flowForm(config),
    hostname: ' ',
    listenerPort: 'smtp',
    recipientDomains: 'fine.test\nnot a domain!',
    relayNetworks: 'everyone',
    routes: [{ domain: 'all', host: '', port: '25' }],
    retrySeconds: '60, soon',
    giveUpHours: '0',
  });
  expect(result).toEqual({
    problems: {
      hostname: 'Enter the host name of this appliance.',
      listenerPort: 'Enter a port from 0 to 65535.',
      recipientDomains: 'domain!: Enter a domain such as example.com, or .example.com for its subdomains.',
      relayNetworks: 'everyone: Enter an IP address or a network such as 10.0.0.0/8.',
      'routes.0.host': 'Enter a host name or an address.',
      retrySeconds: 'Enter one or more whole numbers of seconds, separated by commas.',
      giveUpHours: 'Enter a number of hours greater than 0.',
    },
  });
});
