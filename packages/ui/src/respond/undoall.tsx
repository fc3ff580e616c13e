/** Takes several actions back, one after the other, with one reason. */
import { Button } from '@mantine/core';
import { listMailboxes, listTaken, respondObservables, type TakenAction, undoAction } from '@sightline/api';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, keyOf } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { count } from '../kit/text.ts';
import { useReason } from './reason.tsx';
import css from './respond.module.css';

interface UndoAllProps {
  taken: readonly TakenAction[];
  onDone: () => void;
  onBack: () => void;
  onClose: () => void;
}

export function UndoAll({ taken, onDone, onBack, onClose }: UndoAllProps): ReactNode {
  const { field, onSubmit } = useReason({ inMailboxes: true });
  const undoing = useUndoing(taken, onDone);
  const { done, errors, running } = undoing;
  const over = done.length + errors.length > 0 && !running;
  return (
    <form className={css.form} onSubmit={onSubmit(undoing.start)} noValidate>
      {over ? (
        <p className={css.said} role="status">
          {done.every(({ undone }) => undone) && errors.length === 0
            ? 'Put back where it was.'
            : 'Not all of it could be put back.'}
        </p>
      ) : (
        <>
          <p className={css.said}>The message is moved back to the folders that it was in.</p>
          {field}
        </>
      )}
      {running && (
        <p className={css.said} role="status">
          Moving back: {done.length} of {count(taken.length, 'message')} done…
        </p>
      )}
      <ul className={css.errors}>
        {done.flatMap((one) =>
          one.errors.map((e) => (
            <li key={`${one.id} ${e.code} ${e.message}`}>
              <Inert text={`${e.module}: ${e.message}`} />
            </li>
          )),
        )}
      </ul>
      {errors.map((error, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only ever appended
        <Problem key={i} error={error} />
      ))}
      <div className={css.buttons}>
        {over ? (
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button variant="default" onClick={onBack} disabled={running}>
              Back
            </Button>
            <Button color="grape" type="submit" loading={running}>
              Undo
            </Button>
          </>
        )}
      </div>
    </form>
  );
}

function useUndoing(taken: readonly TakenAction[], onDone: () => void) {
  const queries = useQueryClient();
  const [done, setDone] = useState<readonly TakenAction[]>([]);
  const [errors, setErrors] = useState<readonly unknown[]>([]);
  const [running, setRunning] = useState(false);
  const start = async (reason: string): Promise<void> => {
    setRunning(true);
    for (const { id } of taken.filter(({ undoable }) => undoable))
      await call(undoAction, { params: { id }, body: { reason } }).then(
        (after) => setDone((before) => [...before, after]),
        (error: unknown) => setErrors((before) => [...before, error]),
      );
    setRunning(false);
    for (const one of [listTaken, respondObservables, listMailboxes])
      void queries.invalidateQueries({ queryKey: keyOf(one) });
    onDone();
  };
  return { done, errors, running, start: (reason: string) => void start(reason) };
}
