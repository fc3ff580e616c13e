/** What came of an action: what was touched, what failed, until when it holds, and the way back. */
import { Button } from '@mantine/core';
import type { ActionPlace, TakenAction } from '@sightline/api';
import { IconCheck, IconX } from '@tabler/icons-react';
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
const SAID = {
  running: 'Still under way.',
  success: 'Done.',
  partial: 'Done in part.',
  failure: 'It failed.',
};

export function Result({ taken, onUndo }: ResultProps): ReactNode {
  const { expires, undone, undoable, places } = taken;
  const may = useMay('respond');
  return (
    <>
      {places.length > 0 ? <Places places={places} /> : <Said taken={taken} />}
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

/** Each appliance by itself: what failed on one was done on the others all the same. */
function Places({ places }: { places: readonly ActionPlace[] }): ReactNode {
  return (
    <ul className={css.places} aria-label="Appliances">
      {places.map(({ name, status, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two appliances may have one name; the list never changes
        <li key={i} data-status={status}>
          {status === 'success' ? (
            <IconCheck size={15} color="var(--sl-good)" aria-label="Done" />
          ) : (
            <IconX size={15} color="var(--sl-problem)" aria-label="Failed" />
          )}
          <span>
            <strong>
              <Inert text={name} />
            </strong>
            <br />
            <Inert text={text} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Said({ taken: { text, errors, status } }: { taken: TakenAction }): ReactNode {
  const said = text || (errors.length === 0 ? SAID[status] : '');
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
    </>
  );
}
