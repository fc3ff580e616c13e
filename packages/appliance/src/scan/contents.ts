/** Files within a file: members of archives, what a winmail.dat holds. */
import { hash } from 'node:crypto';
import type { Attachment } from '@sightline/api';
import { type ArchiveLimits, archiveKind, listArchive } from './archive.ts';
import { isTnef, tnefFiles } from './tnef.ts';

/** Most bytes of one file that is opened. */
export const MOST_OPENED = 16 * 1024 * 1024;
/** As many of a file's first bytes tell what it is. */
export const SNIFFED = 512;

export const isContainer = (first: Buffer): boolean => archiveKind(first) !== undefined || isTnef(first);

export interface Contents {
  files: Attachment[];
  notes: string[];
}

/** @param name of the file that they are in */
export function contentsOf(bytes: Buffer, name: string, limits: ArchiveLimits): Contents {
  if (isTnef(bytes))
    return { files: tnefFiles(bytes).map((one) => fileOf(one.name, one.bytes, name)), notes: [] };
  const { members, notes } = listArchive(bytes, limits);
  const files = members.map((one) => ({
    name: one.name,
    type: '',
    size: one.size,
    sha256: '',
    parent: one.parent === undefined ? name : `${name}/${one.parent}`.slice(0, 1024),
  }));
  return { files, notes };
}

export const fileOf = (name: string, bytes: Buffer, parent: string, type = ''): Attachment => ({
  name: name.slice(0, 1024).toWellFormed(),
  type,
  size: bytes.length,
  sha256: hash('sha256', bytes),
  md5: hash('md5', bytes),
  sha1: hash('sha1', bytes),
  parent,
});
