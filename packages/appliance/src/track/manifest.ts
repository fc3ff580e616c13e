/** Which files make up the store. Whatever the table does not name is a leftover of a step that was cut off. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

export interface Manifest {
  version: 1;
  /** Key of the hashes, 8 bytes as hexadecimal digits. */
  key: string;
  /** Number of the next segment. */
  next: number;
  /** Nothing before it is shown or kept. */
  from: number;
  segments: number[];
  /** Oldest first; the last takes what is appended. */
  journals: number[];
  /** Addresses that are to be taken out of everything, and are not yet. */
  redact: string[];
}

const NAME = 'manifest.json';

export const segmentPath = (dir: string, n: number): string => join(dir, `${n}.segment`);
export const journalPath = (dir: string, n: number): string => join(dir, `${n}.journal`);

/** Undefined for an empty folder. Throws if there is data but no readable manifest. */
export function readManifest(dir: string): Manifest | undefined {
  const path = join(dir, NAME);
  if (existsSync(path)) return checked(path, JSON.parse(readFileSync(path, 'utf8')));
  if (readdirSync(dir).some((name) => name.endsWith('.segment')))
    throw new Error(`${path} is missing, but there is tracking data. Restore the folder from a backup.`);
  return undefined;
}

/** Written by this program only; the version tells whether it is this one that can read it. */
function checked(path: string, manifest: Manifest): Manifest {
  if (manifest.version !== 1)
    throw new Error(`${path} was written by a newer version of this program. Start that version instead.`);
  return { ...manifest, redact: manifest.redact ?? [] };
}

/** Replaces the manifest in one step: after a crash there is the old or the new one. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  const path = join(dir, NAME);
  const file = await open(`${path}.tmp`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(manifest));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  await syncFolder(dir);
}

/** Makes renames and removals in a folder last. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Removes what the manifest does not name. */
export function removeLeftovers(dir: string, manifest: Manifest): void {
  const named = new Set([
    ...manifest.segments.map((n) => segmentPath(dir, n)),
    ...manifest.journals.map((n) => journalPath(dir, n)),
  ]);
  for (const name of readdirSync(dir))
    if (/\.(segment|journal|tmp)$/.test(name) && !named.has(join(dir, name))) rmSync(join(dir, name));
}
