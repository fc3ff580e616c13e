/** Takes an action back, with a reason. */
import { Button } from '@mantine/core';
import { listAudit, listTaken, respondObservables, type TakenAction, undoAction } from '@sightline/api';
import type { ReactNode } from 'react';
import { useAct } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { deedOf, isInMailboxes } from './offers.ts';
import { useReason } from './reason.tsx';
import css from './respond.module.css';

interface UndoProps {
  taken: TakenAction;
  onDone: (after: TakenAction) => void;
  onClose: () => void;
}

export function Undo({ taken, onDone, onClose }: UndoProps): ReactNode {
  const { field, onSubmit } = useReason({ inMailboxes: isInMailboxes(taken.action) });
  const undo = useAct(undoAction, { refresh: [listTaken, respondObservables, listAudit], onDone });
  const send = onSubmit((reason) => undo.mutate({ params: { id: taken.id }, body: { reason } }));
  return (
    <form className={css.form} onSubmit={send} noValidate>
      <p className={css.said}>
        Take back <Inert text={`${deedOf(taken.action)} ${taken.observable?.value ?? ''}`} />, where it was
        done: <Inert text={taken.text} />
      </p>
      {field}
      <Problem error={undo.error} />
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          Back
        </Button>
        <Button color="grape" type="submit" loading={undo.isPending}>
          Undo
        </Button>
      </div>
    </form>
  );
}
