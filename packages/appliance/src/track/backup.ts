/** A copy of the store as it is at one moment, while it goes on. A copy made before is brought up to date. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { syncDir } from './file.ts';
import {
  journalPath,
  type Manifest,
  readManifest,
  removeLeftovers,
  segmentPath,
  writeManifest,
} from './manifest.ts';

export interface JournalCopy {
  number: number;
  /** Whole frames at the moment of the backup. */
  bytes: number;
}

interface Copying {
  dir: string;
  to: string;
  manifest: Manifest;
  journals: readonly JournalCopy[];
}

/** The manifest comes last: a copy that was cut off does not open, or opens as the one before. */
export async function copyStore({ dir, to, manifest, journals }: Copying): Promise<void> {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  refuseForeign(to, manifest);
  for (const n of manifest.segments) copySegment(segmentPath(dir, n), segmentPath(to, n));
  for (const { number, bytes } of journals)
    copyJournal(journalPath(dir, number), journalPath(to, number), bytes);
  syncDir(to);
  await writeManifest(to, manifest);
  removeLeftovers(to, manifest);
}

function refuseForeign(to: string, { key }: Manifest): void {
  const there = readManifest(to);
  if (there ? there.key !== key : readdirSync(to).length > 0)
    throw new Error(`${to} holds something else. Name an empty folder, or a backup of this appliance.`);
}

/** Segments never change, so one that is there is the same. */
function copySegment(from: string, to: string): void {
  if (existsSync(to) && statSync(to).size === statSync(from).size) return;
  copyFileSync(from, to);
  sync(to);
}

function copyJournal(from: string, to: string, bytes: number): void {
  copyFileSync(from, to);
  truncateSync(to, bytes);
  sync(to);
}

function sync(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
