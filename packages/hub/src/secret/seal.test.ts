import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newKey, sealer } from './seal.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'seal-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('gives back what was sealed, to whom it belongs only', () => {
  const { seal, open } = sealer(dir);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, about) => {
      expect(open(seal(text, about), about)).toBe(text);
      expect(() => open(seal(text, about), `${about}x`)).toThrow();
    }),
    { numRuns: 50 },
  );
});

it('notices a change of any character', () => {
  const { seal, open } = sealer(dir);
  const text = seal('a secret', 'a');
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === 'A' ? 'B' : 'A';
    const changed = text.slice(0, i) + other + text.slice(i + 1);
    // the last character holds bits that mean nothing
    if (i < text.length - 1) expect(() => open(changed, 'a')).toThrow();
  }
  expect(text).not.toContain('secret');
  expect(seal('a secret', 'a')).not.toBe(text);
});

it('finds its keys again, changes them beside a running program, and reads older texts', () => {
  const running = sealer(dir);
  const old = running.seal('one', 'a');
  expect(statSync(join(dir, 'module-keys.json')).mode & 0o777).toBe(0o600);
  expect(sealer(dir).open(old, 'a')).toBe('one');
  const kid = newKey(dir);
  const now = running.seal('two', 'a');
  expect(now.startsWith(`v1.${kid}.`)).toBe(true);
  expect([running.isCurrent(old), running.isCurrent(now)]).toEqual([false, true]);
  expect(running.open(old, 'a')).toBe('one');
  expect(sealer(dir).open(now, 'a')).toBe('two');
});

it('says what is missing', () => {
  const text = sealer(dir).seal('one', 'a');
  const file = join(dir, 'module-keys.json');
  const { current } = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  expect(() => sealer(dir).open(text, 'a')).toThrow(`The key ${current} is not in module-keys.json.`);
  writeFileSync(file, '{}');
  expect(() => sealer(dir)).toThrow();
});
