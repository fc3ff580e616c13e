import { expect, it } from 'vitest';
import { changeLabel, changeText } from './change.ts';

it.each([
  ['cloud.enabled', 'Cloud Service Settings › Threat Response'],
  ['cloud.servers.1.url', 'Cloud Service Settings › Servers › 2 › url'],
  ['routes[0].host', 'SMTP routes › 1 › host'],
  [
    'policies.incoming.default.verdicts.blocklist.do',
    'Incoming mail policies › DEFAULT › Verdicts › Blocklist › Action',
  ],
  ['filters.outgoing', 'Outgoing content filters'],
  ['brand.new', 'brand.new'],
])('names the setting %s', (path, label) => {
  expect(changeLabel(path)).toBe(label);
});

it('writes switches, empty values and lists for people', () => {
  expect(changeText({ path: 'cloud.enabled', from: 'false', to: 'true' })).toMatchObject({
    from: 'Disabled',
    to: 'Enabled',
  });
  expect(changeText({ path: 'managedBy', from: '', to: 'sma01' })).toMatchObject({
    from: '(none)',
    to: 'sma01',
  });
  const routes = 'domain a.test, host mx, port 25; domain ALL, host relay, port 25';
  expect(changeText({ path: 'routes', from: '', to: routes })).toMatchObject({
    from: '(none)',
    to: 'domain a.test, host mx, port 25\ndomain ALL, host relay, port 25',
  });
});

it('reads content filters and mail policies back as their pages do', () => {
  const filter = {
    name: 'aside',
    conditions: [{ on: 'subject', op: 'matches', value: '[05]$' }],
    actions: [{ do: 'quarantine', quarantine: 'Policy' }],
  };
  const words = 'name aside, enabled true, conditions on subject, op matches';
  const change = { path: 'filters.incoming', from: '', to: words, removed: [], added: [words] };
  expect(changeText({ ...change, entries: { removed: [], added: [filter] } }).list).toEqual({
    removed: [],
    added: ['aside: If the subject matches "[05]$", then quarantine in Policy.'],
  });
  // Of a commit from before, or of a kind that this page does not know.
  expect(changeText(change).list?.added).toEqual([words]);
  expect(changeText({ ...change, entries: { removed: [], added: [{ name: 1 }] } }).list?.added).toEqual([
    words,
  ]);
  const policy = {
    name: 'Finance',
    recipients: ['.example.com'],
    verdicts: { spam: { do: 'drop' } },
    filters: ['aside'],
  };
  const ordered = { ...change, path: 'policies.incoming.ordered', entries: { removed: [policy], added: [] } };
  expect(changeText({ ...ordered, removed: [words], added: [] }).list?.removed).toEqual([
    'Finance: mail to .example.com. Spam Positive: drop. Content filters aside.',
  ]);
});
