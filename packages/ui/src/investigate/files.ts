/** Files that are dropped on the query box: read by the hub, then put into the box as typed text. */

import type { Answer } from '@sightline/api';
import { inspectFile, MAX_FILE } from '@sightline/api';
import { useCallback, useState } from 'react';
import { call } from '../kit/call.ts';
import { typed } from '../kit/observable.ts';
import { count } from '../kit/text.ts';

export type FileAnswer = Answer<typeof inspectFile>;

/** What came of one file, as a sentence. */
export interface FileNote {
  name: string;
  text: string;
  failed: boolean;
}

export interface Files {
  /** Reads them, one after the other, and hands over the text for the box. */
  take: (files: Iterable<File>) => void;
  busy: boolean;
  notes: FileNote[];
}

export function useFiles(onText: (text: string) => void): Files {
  const [busy, setBusy] = useState(0);
  const [notes, setNotes] = useState<FileNote[]>([]);
  const take = useCallback(
    (files: Iterable<File>) => {
      setNotes([]);
      setBusy((n) => n + 1);
      void readAll([...files].slice(0, MOST), onText)
        .then(setNotes)
        .finally(() => setBusy((n) => n - 1));
    },
    [onText],
  );
  return { take, busy: busy > 0, notes };
}

/** Files at once. */
const MOST = 20;

async function readAll(files: File[], onText: (text: string) => void): Promise<FileNote[]> {
  const notes: FileNote[] = [];
  const texts: string[] = [];
  for (const file of files) {
    try {
      const answer = await read(file);
      texts.push(textOf(answer));
      notes.push({ name: file.name, text: told(answer), failed: false });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      notes.push({ name: file.name, text, failed: true });
    }
  }
  if (texts.some((text) => text !== '')) onText(texts.filter(Boolean).join('\n'));
  return notes;
}

async function read(file: File): Promise<FileAnswer> {
  if (file.size > MAX_FILE) throw new Error(`The file is larger than ${MAX_FILE / 1024 / 1024} MB.`);
  const body = new Uint8Array(await file.arrayBuffer());
  return call(inspectFile, { query: { name: file.name.slice(-255) }, body });
}

/** As the box reads it: certain ones typed, so that they stay what they are; doubtful ones bare, to be decided. */
export const textOf = ({ found }: FileAnswer): string =>
  found.map((one) => (one.confidence === 'certain' ? typed(one) : one.value)).join('\n');

const PARTS: [FileAnswer['found'][number]['part'], string][] = [
  ['header', 'in the header'],
  ['body', 'in the body'],
  ['attachment', 'of attachments'],
];

/** `12 observables: 3 in the header, 9 in the body.` */
export function told({ found, notes }: FileAnswer): string {
  const parts = PARTS.flatMap(([part, words]) => {
    const n = found.filter((one) => one.part === part).length;
    return n > 0 ? [`${n} ${words}`] : [];
  });
  const where = parts.length > 0 ? `: ${parts.join(', ')}` : '';
  return [`${count(found.length, 'observable')}${where}.`, ...notes].join(' ');
}
