import { expect, it } from 'vitest';
import { head } from './engine.fixture.ts';
import { extensionOf, fileResults } from './files.ts';
import { listResults } from './listed.ts';
import { type Lists, noLists } from './lists.ts';
import { nothing, type Scanned } from './scanned.ts';
import { like } from './wildcard.ts';

const SHA = 'a'.repeat(64);
const entry = { id: 'b1', reason: 'campaign' };
const found: Scanned = {
  ...nothing(),
  subject: 'Invoice 88214 is overdue',
  headerFrom: ['Billing@Evil.Example'],
  urls: ['https://login.bad.example/x?y', 'not a link'],
  attachments: [
    { name: 'a.txt', type: 'text/plain', size: 1, sha256: 'b'.repeat(64) },
    { name: 'Invoice.PDF.exe', type: 'application/pdf', size: 1, sha256: SHA },
  ],
};

it.each<[Partial<Lists>, string[] | undefined, number[] | undefined]>([
  [
    { senders: new Map([['billing@evil.example', entry]]) },
    ['sender billing@evil.example (b1: campaign)'],
    undefined,
  ],
  [{ domains: new Map([['example', entry]]) }, ['sender billing@evil.example (b1: campaign)'], undefined],
  [{ domains: new Map([['vil.example', entry]]) }, undefined, undefined],
  [{ networks: new Map([['192.0.2.0/24', entry]]) }, ['client 192.0.2.1 (b1: campaign)'], undefined],
  [{ networks: new Map([['192.0.2.1', entry]]) }, ['client 192.0.2.1 (b1: campaign)'], undefined],
  [{ networks: new Map([['198.51.100.0/24', entry]]) }, undefined, undefined],
  [{ urls: new Map([['bad.example', entry]]) }, ['link to login.bad.example (b1: campaign)'], undefined],
  [
    { urls: new Map([['https://login.bad.example/x?y', entry]]) },
    ['link to login.bad.example (b1: campaign)'],
    undefined,
  ],
  [{ sha256: new Map([[SHA, entry]]) }, ['file Invoice.PDF.exe (b1: campaign)'], [1]],
  [
    { subjects: [{ pattern: 'invoice * is OVERDUE*', ...entry }] },
    ['subject Invoice 88214 is overdue (b1: campaign)'],
    undefined,
  ],
  [{ fileNames: [{ pattern: '*.exe', ...entry }] }, ['file Invoice.PDF.exe (b1: campaign)'], [1]],
  [{ fileTypes: new Map([['application/pdf', entry]]) }, ['file type application/pdf (b1: campaign)'], [1]],
])('%#: an entry is found, or not', (lists, names, attachments) => {
  const [result] = listResults({ ...noLists, ...lists }, head(), found);
  expect(result?.names).toEqual(names);
  expect(result?.attachments).toEqual(attachments);
});

it('reads wildcards in time that does not explode', () => {
  expect(like('a*b?d', 'AxxBcD')).toBe(true);
  expect(like('a*b', 'ab c')).toBe(false);
  expect(like('', '')).toBe(true);
  const start = performance.now();
  expect(like(`${'*a'.repeat(30)}b`, 'a'.repeat(4096))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});

it('tells files by the extension that counts when they are opened', () => {
  expect(extensionOf('a.pdf.EXE. ')).toBe('exe');
  expect(extensionOf('\u202etxt.exe')).toBe('exe');
  expect(extensionOf('none')).toBe('');
  const rules = { enabled: true, extensions: ['exe'] };
  expect(fileResults(rules, found)).toMatchObject([
    { category: 'file', names: ['Invoice.PDF.exe'], attachments: [1] },
  ]);
  expect(fileResults({ ...rules, enabled: false }, found)).toEqual([]);
});
