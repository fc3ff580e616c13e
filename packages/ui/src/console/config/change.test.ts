import { expect, it } from 'vitest';
import { changeLabel, changeText } from './change.ts';

it.each([
  ['cloud.enabled', 'Cloud Service Settings › Threat Response'],
  ['cloud.servers.1.url', 'Cloud Service Settings › Servers › 2 › url'],
  ['routes[0].host', 'SMTP routes › 1 › host'],
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
  expect(changeText({ path: 'recipientDomains', from: '[]', to: '["a.test","b.test"]' })).toMatchObject({
    from: '(none)',
    to: 'a.test\nb.test',
  });
  expect(changeText({ path: 'routes', from: '[]', to: '[{"domain":"ALL","host":"mx","port":25}]' }).to).toBe(
    'ALL → mx:25',
  );
  expect(changeText({ path: 'hostname', from: '[odd', to: 'x' }).from).toBe('[odd');
});
