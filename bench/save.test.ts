import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { save, short, withoutPlaces } from './save.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bench-save-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('names sizes shortly', () => {
  expect([1500, 20_000, 1_000_000, 10_000_000, 1_500_000].map(short)).toEqual([
    '1500',
    '20k',
    '1m',
    '10m',
    '1500k',
  ]);
});

it('keeps a result with machine, commit and command, without the folder of whoever ran it', () => {
  const folder = pathToFileURL(`${dir}/results/`);
  const args = ['--messages', '20000', '--dir', '/somewhere/else', '--keep'];
  expect(save(folder, 'store', args, { messages: 20_000, seed: 1, q1_p99_ms: 0.5 })).toBe('store-20k.json');
  const saved = JSON.parse(readFileSync(join(dir, 'results', 'store-20k.json'), 'utf8'));
  expect(saved).toMatchObject({
    command: 'npm run bench -- store --messages 20000 --keep',
    commit: expect.stringMatching(/^[0-9a-f]{40}\+?$/),
    seed: 1,
    machine: { cores: expect.any(Number), node: process.version },
    result: { q1_p99_ms: 0.5 },
  });
  expect(save(folder, 'inspect', [], { mb_per_s: 4 })).toBe('inspect.json');
});

it('leaves out a folder in either form', () => {
  expect(withoutPlaces(['--dir=/x', '--seed', '1', '--dir', '/x'])).toEqual(['--seed', '1']);
});
