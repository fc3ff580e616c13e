import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client } from './client.ts';
import { type Bench, conformance, type EngineOptions } from './conformance.ts';
import { Engine } from './engine.ts';
import { runJob } from './job.ts';
import { serve } from './serve.ts';
import type { Track } from './track.ts';

/** In memory where there is such a place: these tests are about answers, not about disks. */
const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const dirs = new Map<Track, string>();

/** The engine without threads, with so little memory that every history is sealed and merged. */
const tight = (sealAt: number, run = async (job: Parameters<typeof runJob>[0]) => runJob(job)): Bench => {
  const open = async (options: EngineOptions, dir = mkdtempSync(join(TMP, 'engine-'))) => {
    const engine = await Engine.open({ dir, sealAt, mergeTo: 1e6, run });
    const track = client((op, args, now, signal) => serve(engine, op, args, now, signal), options);
    dirs.set(track, dir);
    return track;
  };
  return {
    open,
    reopen: async (track, options) => {
      await track.close();
      return open(options, dirs.get(track));
    },
    dispose: async (track) => {
      await track.close();
      rmSync(dirs.get(track) ?? '', { recursive: true });
    },
  };
};

conformance('the engine, sealing each message', tight(1), 50);
conformance('the engine, sealing now and then', tight(4), 90);
conformance('the engine, all in memory', tight(1000), 20);
