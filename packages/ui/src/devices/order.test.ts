import type { Device } from '@sightline/api';
import { expect, it } from 'vitest';
import { clockText, connection, instant, ordered, selectedText, stillThere, turned } from './order.ts';

const device = (name: string, created: string, status: Device['status'] = 'registered'): Device => ({
  id: `${name} ${created}`,
  name,
  type: 'ESA',
  product: '',
  version: '13.0.0',
  status,
  description: '',
  serial: '',
  ip: '',
  peer: '',
  connectorVersion: '',
  created,
  registered: null,
  lastSeen: null,
  roundTripMs: null,
  lastError: '',
  tokenExpires: null,
  queries: 0,
  clockSkewMs: null,
  conflict: null,
  tokenState: null,
});
const list = [device('Device 10', '3'), device('device 9', '2'), device('Device 9', '1')];

it('orders numbers in names as numbers, equal names by age', () => {
  expect(ordered(list, { key: 'name', desc: false }).map((d) => d.created)).toEqual(['1', '2', '3']);
  expect(ordered(list, { key: 'name', desc: true }).map((d) => d.created)).toEqual(['3', '1', '2']);
});

it('turns the order of the same column and starts another one upwards', () => {
  expect(turned({ key: 'name', desc: false }, 'name')).toEqual({ key: 'name', desc: true });
  expect(turned({ key: 'name', desc: true }, 'type')).toEqual({ key: 'type', desc: false });
});

it('counts selected rows in words and forgets those that are gone', () => {
  expect([0, 1, 2].map(selectedText)).toEqual(['0 Rows Selected', '1 Row Selected', '2 Rows Selected']);
  expect([...stillThere(new Set(['Device 10 3', 'gone']), list)]).toEqual(['Device 10 3']);
});

it('says how a device is connected', () => {
  expect(connection(device('x', '1', 'offline'))).toBe('Not connected');
  expect(connection(device('x', '1', 'pending'))).toBe('Not registered yet');
});

it('reads the time of a field in the zone that is shown', () => {
  expect(instant('2026-05-14T14:30', 'utc')).toBe('2026-05-14T14:30:00.000Z');
  expect(Date.parse(instant('2026-05-14T14:30', 'local'))).toBe(new Date(2026, 4, 14, 14, 30).getTime());
  expect(instant('', 'utc')).toBe('');
  expect(instant('yesterday', 'local')).toBe('');
});

it('says how far a clock is off', () => {
  expect(clockText(900)).toBe('In time');
  expect(clockText(-120_000)).toBe('120 s behind');
  expect(clockText(3_600_000)).toBe('3,600 s ahead');
});
