/** What came of each mailbox, as a list that fits a telephone. */
import type { MailboxCopy, MailboxResult } from '@sightline/api';
import type { ReactNode } from 'react';
import { Status } from '../console/parts.tsx';
import { Inert } from '../kit/inert.tsx';
import css from './mailbox.module.css';
import { type Row, STATES, type State } from './sweep.ts';

type Tone = Parameters<typeof Status>[0]['tone'];

const TONES: Record<State, Tone> = {
  found: 'warn',
  moved: 'good',
  deleted: 'good',
  restored: 'good',
  already: 'good',
  absent: 'calm',
  no_mailbox: 'off',
  refused: 'bad',
  timeout: 'bad',
  failed: 'bad',
  unknown: 'off',
  stopped: 'off',
};

interface ListProps {
  rows: readonly Row[];
  /** Message-ID of a row, where there are several messages. */
  about?: (row: Row) => string | undefined;
  /** A box before those that can be chosen. */
  box?: (row: Row) => ReactNode;
}

export const MailboxList = ({ rows, about, box }: ListProps): ReactNode => (
  <ul className={css.list} aria-label="Mailboxes">
    {rows.map((row) => (
      <li key={row.key} className={css.row} data-boxed={box ? true : undefined}>
        {box?.(row)}
        <span className={css.who}>
          {row.addresses.map((one) => (
            <Inert key={one} text={one} />
          ))}
          {about?.(row) && (
            <span className={css.more}>
              <Inert text={about(row) ?? ''} />
            </span>
          )}
        </span>
        <span className={css.state}>
          {row.result ? (
            <Status tone={TONES[row.result.state]}>{STATES[row.result.state]}</Status>
          ) : (
            <span className="muted">Waiting</span>
          )}
        </span>
        {row.result && <Found result={row.result} />}
      </li>
    ))}
  </ul>
);

function Found({ result: { copies, text } }: { result: MailboxResult }): ReactNode {
  if (copies.length === 0 && text === '') return null;
  return (
    <span className={css.found}>
      {text && <Inert text={text} />}
      {copies.map((copy, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two copies in one folder may be the same in all they show
        <Copy key={i} copy={copy} />
      ))}
    </span>
  );
}

/** Two messages can have one Message-ID: what a copy says of itself is beside the folder. */
const Copy = ({ copy: { folder, subject, from } }: { copy: MailboxCopy }): ReactNode => (
  <span>
    <strong>
      <Inert text={folder} />
    </strong>{' '}
    <span className="muted">
      <Inert text={subject || '(no subject)'} />
      {from && (
        <>
          {' '}
          from <Inert text={from} />
        </>
      )}
    </span>
  </span>
);
