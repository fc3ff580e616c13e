import { Config } from '@sightline/api';
import { expect, it } from 'vitest';
import { flowForm, flowPatch } from './form.ts';

const config = Config.parse({
  hostname: 'esa01.example.com',
  recipientDomains: ['example.com', '.example.org'],
  relayNetworks: ['10.0.0.0/8'],
  tracking: { maxBytes: 50 * 1024 ** 3 },
});

it('gives back the configuration it was made from', () => {
  const result = flowPatch(flowForm(config));
  const { tracking, delivery, ...rest } = 'patch' in result ? result.patch : {};
  expect(
    Config.parse({
      ...config,
      ...rest,
      tracking: { ...config.tracking, ...tracking },
      delivery: { ...config.delivery, ...delivery },
    }),
  ).toEqual(config);
});

it('takes domains on lines or separated by commas, and no limit of the size', () => {
  const form = flowForm(config);
  expect(form.maxBytes).toBe('50 GiB');
  const result = flowPatch({ ...form, recipientDomains: 'a.test, b.test\n\n c.test ', maxBytes: ' GiB' });
  expect(result).toMatchObject({
    patch: { recipientDomains: ['a.test', 'b.test', 'c.test'], tracking: { maxBytes: null } },
  });
});

it('names every field that must be corrected, and the entry in it', () => {
  const result = flowPatch({
    ...flowForm(config),
    hostname: ' ',
    recipientDomains: 'fine.test\nnot a domain!',
    relayNetworks: 'everyone',
    maxQueued: 'many',
    maxBytes: '1 MiB',
    keepDays: '0',
  });
  expect(result).toEqual({
    problems: {
      hostname: 'Enter the host name of this appliance.',
      recipientDomains: 'domain!: Enter a domain such as example.com, or .example.com for its subdomains.',
      relayNetworks: 'everyone: Enter an IP address or a network such as 10.0.0.0/8.',
      maxQueued: 'Enter a whole number of messages.',
      maxBytes: 'Enter at least 10 MB, or nothing.',
      keepDays: 'Enter a whole number of days from 1 to 3650.',
    },
  });
});
