import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '@sightline/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Head } from '../queue/message.ts';
import { openStore, type Store } from '../queue/store.ts';
import { type Place, placing } from './place.ts';
import { release } from './settle.ts';
import { openQuarantineStore, type QuarantineStore } from './store.ts';

let dir: string;
let store: Store;
let quarantine: QuarantineStore;
let place: Place;

const head: Head = {
  mid: 8,
  icid: 1,
  at: 1000,
  direction: 'incoming',
  sender: 'ann@example.org',
  recipients: [
    { rid: 0, address: 'bob@example.com' },
    { rid: 1, address: 'eve@example.com' },
  ],
  ip: '192.0.2.1',
  reverseDns: '',
  helo: 'mx',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'place-'));
  store = openStore(join(dir, 'queue.db'));
  quarantine = openQuarantineStore(store.db);
  const config = Config.parse({ quarantines: [{ name: 'Policy', keepHours: 2, atExpiry: 'delete' }] });
  place = placing({ store, quarantine, config: () => config });
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const into = [
  { quarantine: 'Policy', reason: 'subject pattern' },
  { quarantine: 'Gone', reason: 'spam' },
];

it('keeps a message with nobody to deliver to, and tells of each quarantine', async () => {
  await store.commit(() => place({ head, size: 100, subject: 'hi', now: 5000, into }));
  expect(store.due(1e15, 10, [])).toEqual([]);
  expect(store.messages()).toEqual([{ mid: 8, done: false }]);
  expect(store.figures().queued).toBe(0);
  expect(quarantine.message(8)).toMatchObject({ recipients: head.recipients, subject: 'hi', deleted: false });
  expect(quarantine.stays(8).map((stay) => [stay.quarantine, stay.leaves - 5000])).toEqual([
    ['Gone', 30 * 24 * 3_600_000],
    ['Policy', 2 * 3_600_000],
  ]);
  expect(store.events(10).events).toMatchObject([
    { type: 'quarantined', mid: 8, quarantine: 'Policy', reason: 'subject pattern' },
    { type: 'quarantined', mid: 8, quarantine: 'Gone', reason: 'spam' },
  ]);
});

it('is all or nothing with the rest of the transaction', async () => {
  const failing = store.commit(() => {
    place({ head, size: 100, subject: 'hi', now: 5000, into });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(store.messages()).toEqual([]);
  expect(quarantine.message(8)).toBeUndefined();
  expect(store.events(10).events).toEqual([]);
});

it('goes, once released, where a content filter sent it', async () => {
  const hop = { host: 'archive.example.com', port: 2525 };
  const decided = { actor: 'admin', reason: 'harmless', now: 6000 };
  await store.commit(() => place({ head: { ...head, hop }, size: 100, subject: 'hi', now: 5000, into }));
  await store.commit(() => release({ store, quarantine }, 8, ['Policy', 'Gone'], decided));
  expect(store.due(1e15, 10, []).map(({ rid, domain }) => [rid, domain])).toEqual([
    [0, '=archive.example.com:2525'],
    [1, '=archive.example.com:2525'],
  ]);
});
