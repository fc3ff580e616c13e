/** Where files can be dropped: around the query box. */
import { Button, FileButton, Loader } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { visible } from '../kit/text.ts';
import type { Files } from './files.ts';
import css from './query.module.css';

export function Drop({ files, children }: { files: Files; children: ReactNode }): ReactNode {
  const [over, setOver] = useState(false);
  const hold = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    setOver(false);
    files.take(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a button beside it for the keyboard
    <div
      className={css.drop}
      data-over={over || undefined}
      onDragEnter={hold}
      onDragOver={hold}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className={css.dropHint} aria-hidden="true">
          Drop to read: .eml, .msg, .pdf, .csv, .json, text
        </div>
      )}
    </div>
  );
}

export const FilePick = ({ files }: { files: Files }): ReactNode => (
  <FileButton multiple onChange={(chosen) => files.take(chosen)}>
    {(props) => (
      <Button
        {...props}
        variant="subtle"
        color="gray"
        disabled={files.busy}
        leftSection={files.busy ? <Loader size={13} /> : <IconFileImport size={14} />}
      >
        {files.busy ? 'Reading…' : 'Open a file'}
      </Button>
    )}
  </FileButton>
);

/** What came of the files, one line each. */
export function FileNotes({ files }: { files: Files }): ReactNode {
  if (files.notes.length === 0) return null;
  return (
    <ul className={css.notes} role="status" aria-label="Files">
      {files.notes.map(({ name, text, failed }) => (
        <li key={name} data-failed={failed || undefined}>
          <bdi>{visible(name)}</bdi> {text}
        </li>
      ))}
    </ul>
  );
}
