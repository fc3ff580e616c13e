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

export function Result({ taken, onUndo }: ResultProps): ReactNode {
  const { text, errors, expires, undone, undoable } = taken;
  const may = useMay('respond');
  return (
    <>
      {text && (
        <p className={css.said}>
          <Inert text={text} />
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
      {taken.status === 'running' && <p className={css.said}>Still under way.</p>}
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
