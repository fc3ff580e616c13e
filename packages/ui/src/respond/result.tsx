/** What came of an action: what was touched, what failed, until when it holds, and the way back. */
import { Button } from '@mantine/core';
import type { TakenAction } from '@sightline/api';
import type { ReactNode } from 'react';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { Time } from '../kit/when.tsx';
import css from './respond.module.css';

interface ResultProps {
  taken: TakenAction;
  onUndo: () => void;
}

/** Where the module itself says nothing. */
const SAID = { running: 'Still under way.', success: 'Done.', failure: 'It failed.' };

export function Result({ taken, onUndo }: ResultProps): ReactNode {
  const { text, errors, expires, undone, undoable } = taken;
  const may = useMay('respond');
  const said = text || (errors.length === 0 ? SAID[taken.status] : '');
  return (
    <>
      {said && (
        <p className={css.said}>
          <Inert text={said} />
        </p>
      )}
      {errors.length > 0 && (
        <ul role="alert" className={css.errors}>
          {errors.map((e) => (
            <li key={`${e.module} ${e.code} ${e.message}`}>
              <Inert text={`${e.module}: ${e.message}`} />
            </li>
          ))}
        </ul>
      )}
      {expires && !undone && (
        <p className={css.said}>
          Until <Time at={expires} />
        </p>
      )}
      {undone && (
        <p className={css.said}>
          Taken back by <Inert text={undone.by} /> <Time at={undone.at} />
        </p>
      )}
      {may && undoable && (
        <div>
          <Button variant="default" size="xs" onClick={onUndo}>
            Undo
          </Button>
        </div>
      )}
    </>
  );
}
