import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, conformance, type EngineOptions } from './conformance.ts';
import { modelTrack } from './model.ts';
import { openTrack, type Track } from './track.ts';

const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const dirs = new Map<Track, string>();

async function open(options: EngineOptions, dir = mkdtempSync(join(TMP, 'track-'))): Promise<Track> {
  const track = await openTrack({ ...options, dir });
  dirs.set(track, dir);
  return track;
}

const bench: Bench = {
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

conformance('the store in its threads', bench, 5);

conformance(
  'the model',
  { open: async (options) => modelTrack(options), reopen: async (track) => track, dispose: async () => {} },
  0,
);
