import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createJournal, Journal, readJournal, repairJournal } from './journal.ts';

it('keeps what is confirmed after a frame that the disk had no room for', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  try {
    const path = join(dir, '1.journal');
    await createJournal(path);
    const child = fileURLToPath(new URL('./journal.child.ts', import.meta.url));
    const limited = ['-c', 'ulimit -f 1 && exec "$0" "$@"', process.execPath, child, path];
    const { status, stderr } = spawnSync('/bin/sh', limited, { encoding: 'utf8' });
    expect([status, stderr.replace(/.*ExperimentalWarning.*\n.*\n/, '')]).toEqual([0, '']);
    const { frames } = readJournal(path);
    expect(frames).toEqual(['a'.repeat(200), 'c'.repeat(100)]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it('takes zeros at the end for what a power cut leaves, not for frames', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  try {
    const path = join(dir, '1.journal');
    await createJournal(path);
    const first = await Journal.open(path);
    await first.append('one');
    await first.close();
    appendFileSync(path, Buffer.alloc(100));
    const { frames, bytes } = readJournal(path);
    expect(frames).toEqual(['one']);
    expect(repairJournal(path, bytes)).toBe(100);
    const second = await Journal.open(path);
    await second.append('two');
    await second.close();
    expect(readJournal(path).frames).toEqual(['one', 'two']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
