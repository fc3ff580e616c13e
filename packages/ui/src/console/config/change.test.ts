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
