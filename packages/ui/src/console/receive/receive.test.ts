import { Config, Fault, FlowPolicy, Listener, RecipientRule, SenderGroup } from '@sightline/api';
import { expect, it } from 'vitest';
import { moved, putCertificate, putListener, putPolicy, usersOf } from './change.ts';
import { draftOf, entryOf, faultsOf } from './draft.ts';
import { GROUP, LISTENER, POLICY, RULE } from './specs.ts';

const config = Config.parse({
  listeners: [{ name: 'Submission', port: 587, policy: 'SUBMISSION', certificate: 'mx' }],
  senderGroups: [{ name: 'A', policy: 'SUBMISSION', listeners: ['Submission'], senders: ['ALL'] }],
});

it('every entry comes back from its fields as it was', () => {
  const same = <T extends object>(
    schema: Parameters<typeof entryOf>[0],
    spec: Parameters<typeof draftOf>[0],
    entry: T,
  ) => expect(entryOf(schema, spec, draftOf(spec, entry as Record<string, unknown>))).toEqual({ entry });
  for (const one of [config.listener, ...config.listeners]) same(Listener, LISTENER, one);
  for (const one of config.flowPolicies) same(FlowPolicy, POLICY, one);
  for (const one of config.senderGroups) same(SenderGroup, GROUP, one);
  same(RecipientRule, RULE, RecipientRule.parse({ recipient: 'a@b.test', reply: '550 5.1.1 No' }));
});

it('names the field and the entry that must be corrected', () => {
  const draft = {
    ...draftOf(LISTENER, config.listener),
    port: 'smtp',
    maxSize: 'big',
    name: '',
    connections: '0',
  };
  expect(entryOf(Listener, LISTENER, draft)).toEqual({
    problems: {
      name: 'Enter a name of at most 40 letters, digits, spaces, dots, dashes and underscores.',
      port: 'Enter a whole number.',
      maxSize: 'Enter a size in MiB, from 0.001 to 1024.',
      connections: 'Enter at least 1',
    },
  });
  const group = {
    ...draftOf(GROUP, config.senderGroups[0] as object as Record<string, unknown>),
    senders: '10.0.0.0/8\nnonsense!',
  };
  expect(entryOf(SenderGroup, GROUP, group)).toMatchObject({
    problems: { senders: expect.stringMatching(/^nonsense!: Enter an address/) as string },
  });
});

it('shows what the server says at the field it is about', () => {
  const fields = [
    { path: 'listeners.0.port', message: 'Taken.' },
    { path: 'listeners.1.port', message: 'Other.' },
  ];
  expect(faultsOf(new Fault('invalid_input', {}, { fields }), 'listeners.0')).toEqual({ port: 'Taken.' });
});

it('whatever refers to an entry follows its new name', () => {
  const [submission] = config.listeners;
  expect(putListener(config, 1, { ...(submission as Listener), name: 'Clients' })).toMatchObject({
    listeners: [{ name: 'Clients' }],
    senderGroups: [{ listeners: ['Clients'] }],
  });
  const index = config.flowPolicies.findIndex((one) => one.name === 'SUBMISSION');
  const policy = { ...(config.flowPolicies[index] as FlowPolicy), name: 'CLIENTS' };
  expect(putPolicy(config, index, policy)).toMatchObject({
    listeners: [{ policy: 'CLIENTS' }],
    senderGroups: [{ policy: 'CLIENTS' }],
  });
  expect(usersOf(config, 'SUBMISSION')).toEqual(['A', 'Submission']);
  const owned = { ...config, certificates: [{ name: 'mx', certificate: 'x', privateKey: 'y' }] };
  expect(putCertificate(owned, 0, { name: 'mx2', certificate: 'x', privateKey: 'y' })).toMatchObject({
    certificates: [{ name: 'mx2' }],
    listeners: [{ certificate: 'mx2' }],
  });
});

it('moves an entry and keeps the rest in order', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['a', 'b', 'c']);
});
