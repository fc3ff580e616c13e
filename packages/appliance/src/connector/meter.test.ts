import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUERIES_KEPT } from '@sightline/api';
import { expect, it } from 'vitest';
import { meter } from './meter.ts';
import { openRegistrations } from './store.ts';

it('keeps the total and the newest questions over a restart', () => {
  const dir = mkdtempSync(join(tmpdir(), 'meter-'));
  const open = () => openRegistrations(join(dir, 'connector.db'));
  let now = 1_000_000;
  let store = open();
  const first = meter(store, () => now);
  for (let i = 1; i <= QUERIES_KEPT + 50; i++) {
    now += 1000;
    first.asked('lookup', i, i % 2 ? '' : 'device_timeout');
  }
  first.flush();
  store.close();
  store = open();
  const second = meter(store, () => now);
  second.asked('health', 0.5, '');
  const view = second.view('1.0.0');
  expect(view).toMatchObject({ queries: QUERIES_KEPT + 51, queriesSinceStart: 1 });
  expect(view.log).toHaveLength(QUERIES_KEPT);
  expect(view.log[0]).toEqual({ at: new Date(now).toISOString(), verb: 'health', ms: 0.5, fault: '' });
  expect(view.log[1]).toMatchObject({ verb: 'lookup', ms: QUERIES_KEPT + 50, fault: 'device_timeout' });
  store.close();
  rmSync(dir, { recursive: true, force: true });
});
