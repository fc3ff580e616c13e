import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Head } from './message.ts';
import { openSegments, readPlace, type Segments } from './segments.ts';
import { openSpool, read } from './spool.ts';

let dir: string;
const open: { close(): Promise<void> }[] = [];
const closing = async <T extends { close(): Promise<void> }>(one: Promise<T>): Promise<T> => {
  open.push(await one);
  return one;
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'segments-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) await one.close();
  rmSync(dir, { recursive: true, force: true });
});

const opened = (): Promise<Segments> => closing(openSegments(dir, async () => undefined));
const bytes = (mid: number): Buffer => Buffer.from(`message ${mid} `.repeat(mid));
const fill = (segments: Segments, mids: number[]): Promise<unknown> =>
  Promise.all(mids.map((mid) => segments.append(mid, bytes(mid))));
const found = async (segments: Segments, mid: number): Promise<string | undefined> => {
  const place = segments.find(mid);
  return place && (await readPlace(place)).toString();
};
/** As if that much time had gone by for the next look at the clock. */
const later = (ms: number): void => {
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + ms);
};

describe('segments', () => {
  it('give back what came together or one by one, and after a start as well', async () => {
    const segments = await opened();
    await fill(segments, [1, 2, 3]);
    await fill(segments, [40]);
    for (const one of [segments, await opened()]) {
      expect(one.mids().sort((a, b) => a - b)).toEqual([1, 2, 3, 40]);
      for (const mid of one.mids()) expect(await found(one, mid)).toBe(bytes(mid).toString());
    }
    expect(readdirSync(dir)).toEqual(['1']);
  });

  it('are there as long as one of their messages is needed, and tell of all when they go', async () => {
    const segments = await opened();
    await fill(segments, [1, 2]);
    expect(segments.drop(1)).toBe(true);
    expect(segments.drop(1)).toBe(false);
    expect(segments.holds(1)).toBe(true);
    expect(await segments.reclaim()).toEqual([]);
    segments.drop(2);
    expect(await segments.reclaim()).toEqual([1, 2]);
    expect(segments.holds(1)).toBe(false);
    expect(readdirSync(dir)).toEqual(['spare-1']);
    await fill(segments, [3]);
    expect(await found(segments, 3)).toBe(bytes(3).toString());
  });

  it('use files again, and take nothing in them for their own that was there before', async () => {
    const segments = await opened();
    await fill(segments, [1, 2, 3]);
    for (const mid of [1, 2, 3]) segments.drop(mid);
    await segments.reclaim();
    // The same length as the first had: what stands behind it begins where a record may begin.
    await segments.append(4, bytes(1));
    expect(readdirSync(dir)).toEqual(['2']);
    expect(readFileSync(join(dir, '2'), 'latin1')).toContain('message 3');
    const again = await opened();
    expect(again.mids()).toEqual([4]);
    expect(await found(again, 4)).toBe(bytes(1).toString());
    again.drop(4);
    await again.reclaim();
    writeFileSync(join(dir, '3'), readFileSync(join(dir, 'spare-2')));
    expect((await opened()).mids()).toEqual([]);
    expect(readdirSync(dir)).toEqual(['3']);
  });

  it('keep a few files only', async () => {
    const segments = await opened();
    for (let mid = 1; mid <= 8; mid++) {
      await fill(segments, [mid]);
      later(70_000);
      await segments.reclaim();
      vi.restoreAllMocks();
    }
    for (let mid = 1; mid <= 8; mid++) segments.drop(mid);
    await segments.reclaim();
    expect(readdirSync(dir)).toHaveLength(4);
  });

  it('have a dropped message again after a start, but not one that was retracted', async () => {
    const segments = await opened();
    await fill(segments, [1, 2, 3]);
    segments.drop(1);
    await segments.retract(2);
    expect((await opened()).mids()).toEqual([1, 3]);
  });

  it('move what little is needed of an old one', async () => {
    const segments = await opened();
    await fill(segments, [1, 50, 60]);
    segments.drop(50);
    segments.drop(60);
    const moved: string[] = [];
    const elsewhere = {
      put: async (mid: number, content: Buffer) => void moved.push(`${mid} ${content}`),
      remove: async () => undefined,
    };
    await segments.reclaim();
    await segments.compact(elsewhere);
    expect(moved).toEqual([]);
    later(70_000);
    await segments.reclaim();
    await segments.compact(elsewhere);
    expect(moved).toEqual([`1 ${bytes(1)}`]);
    expect(segments.find(1)).toBeUndefined();
    expect(await segments.reclaim()).toEqual([50, 60]);
    expect(readdirSync(dir)).toEqual(['spare-1']);
  });

  it('remove what was moved while it was dropped', async () => {
    const segments = await opened();
    await fill(segments, [1, 50]);
    segments.drop(50);
    later(70_000);
    await segments.reclaim();
    const removed: number[] = [];
    await segments.compact({
      put: async (mid) => void segments.drop(mid),
      remove: async (mid) => void removed.push(mid),
    });
    expect(removed).toEqual([1]);
  });

  it('end where a crash cut them, and go on in a new one', async () => {
    await fill(await opened(), [1, 2, 3]);
    const path = join(dir, '1');
    const whole = readFileSync(path);
    for (let length = whole.length - 1; length > 0; length -= 7) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const segments = await opened();
      const place = segments.find(1);
      if (place && place.end <= length) expect(await found(segments, 1)).toBe(bytes(1).toString());
      await fill(segments, [9]);
      expect(segments.find(9)?.path).not.toBe(path);
      rmSync(join(dir, '2'));
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(5000)]));
    expect((await opened()).mids()).toEqual([1, 2, 3]);
  });

  it('take nothing more behind a write that failed', async () => {
    let fail = false;
    const segments = await closing(
      openSegments(dir, async () => {
        if (fail) throw new Error('disk full');
      }),
    );
    await fill(segments, [1]);
    segments.drop(1);
    await segments.reclaim();
    fail = true;
    await expect(segments.append(2, bytes(2))).rejects.toThrow('disk full');
    expect(segments.find(2)).toBeUndefined();
    fail = false;
    await fill(segments, [3]);
    const again = await opened();
    expect(again.mids()).toEqual([3]);
    expect(await found(again, 3)).toBe(bytes(3).toString());
  });
});

describe('spool with segments', () => {
  const head = (mid: number): Head => ({
    mid,
    icid: 1,
    at: 5,
    direction: 'incoming',
    sender: 'a@x.test',
    recipients: [{ rid: 0, address: 'b@us.example' }],
    ip: '192.0.2.1',
    reverseDns: '',
    helo: 'x',
    senderGroup: 'UNKNOWNLIST',
    tls: '',
  });
  type Spool = Awaited<ReturnType<typeof openSpool>>;
  const spoolOf = (): Promise<Spool> => closing(openSpool(dir));
  const write = async (spool: Spool, mid: number, text: string, how: 'create' | 'replace' = 'create') => {
    const writer = await spool[how](head(mid));
    await writer.write(Buffer.from(text));
    await writer.finish();
    return writer;
  };
  const content = async (spool: Spool, mid: number): Promise<string> =>
    Buffer.concat(await read(await spool.open(mid)).toArray()).toString();

  it('has the later of what was replaced, also after a start', async () => {
    const spool = await spoolOf();
    await write(spool, 1, 'first');
    await write(spool, 1, 'second', 'replace');
    expect(await content(spool, 1)).toBe('second');
    const again = await spoolOf();
    expect(await content(again, 1)).toBe('second');
    expect(await again.list()).toEqual([1]);
  });

  it('does not call gone what its segment would bring back', async () => {
    const spool = await spoolOf();
    await write(spool, 1, 'first');
    await write(spool, 2, 'other');
    await write(spool, 1, 'second', 'replace');
    await spool.remove(1);
    expect(await spool.reclaim()).toEqual([]);
    await spool.remove(2);
    expect((await spool.reclaim()).sort()).toEqual([1, 2]);
    expect(await (await spoolOf()).list()).toEqual([]);
  });

  it('moves what stays to a file of its own', async () => {
    const spool = await spoolOf();
    await write(spool, 1, 'stays');
    await write(spool, 2, 'goes '.repeat(1000));
    await spool.remove(2);
    later(70_000);
    await spool.reclaim();
    await spool.compact();
    expect(existsSync(join(dir, '00', '1'))).toBe(true);
    expect(await content(await spoolOf(), 1)).toBe('stays');
    expect(await spool.reclaim()).toEqual([2]);
    // Who reads the file itself, as the view of a quarantine does, is told where it is now.
    const { path, start, end } = await spool.open(1);
    expect(readFileSync(path).subarray(start, end).toString()).toBe('stays');
    expect(await content(await spoolOf(), 1)).toBe('stays');
    expect(readdirSync(join(dir, 'segments'))).toEqual([]);
    await spool.remove(1);
    expect(await spool.reclaim()).toEqual([1]);
  });

  it('keeps nothing of what was discarded, nor of a move that was cut off', async () => {
    const spool = await spoolOf();
    await (await write(spool, 1, 'refused')).discard();
    await write(spool, 2, 'kept');
    writeFileSync(join(dir, '00', '2.new'), 'torn');
    const again = await spoolOf();
    expect(await again.list()).toEqual([2]);
    expect(await content(again, 2)).toBe('kept');
  });

  it('gives large messages files of their own', async () => {
    const spool = await spoolOf();
    const large = 'x'.repeat(300 * 1024);
    await write(spool, 1, large);
    expect(await content(spool, 1)).toBe(large);
    expect(readdirSync(join(dir, 'segments'))).toEqual([]);
    await spool.setAside(1);
    await write(spool, 2, 'small');
    await spool.setAside(2);
    expect(readdirSync(join(dir, 'incomplete'))).toEqual(['1', '2']);
    expect(await (await spoolOf()).list()).toEqual([]);
  });
});
