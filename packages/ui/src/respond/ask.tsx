/** Before it is done: what will happen and where, why, and for how long. */
import { Button, NativeSelect } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Inert } from '../kit/inert.tsx';
import { effectOf, hoursOf, isEverywhere, isOrder, type Same } from './offers.ts';
import { useReason } from './reason.tsx';
import css from './respond.module.css';
import type { Asked } from './run.ts';
import { Source } from './source.tsx';

const TERMS = [
  { value: '24', label: '1 day' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
  { value: '2160', label: '90 days' },
  { value: '8760', label: '1 year' },
  { value: 'never', label: 'Until it is undone' },
];

interface AskProps {
  actions: Same;
  onAsk: (asked: Asked) => void;
  onClose: () => void;
}

export function Ask({ actions, onAsk, onClose }: AskProps): ReactNode {
  const usual = hoursOf(actions);
  const [hours, setHours] = useState(usual);
  const [source, setSource] = useState('');
  const why = actions.some(isOrder);
  const { field, onSubmit } = useReason({ required: why });
  const send = onSubmit((reason) => onAsk({ reason, hours, source }));
  return (
    <form className={css.form} onSubmit={send} noValidate>
      <Effects actions={actions} />
      {why && field}
      {why && <Source value={source} onChange={setSource} />}
      {usual !== undefined && (
        <NativeSelect
          label="For how long"
          data={TERMS}
          value={hours}
          onChange={(e) => setHours(e.currentTarget.value)}
        />
      )}
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose} {...(why ? {} : { 'data-autofocus': true })}>
          Cancel
        </Button>
        <Button color="grape" type="submit">
          Do it
        </Button>
      </div>
    </form>
  );
}

function Effects({ actions }: { actions: Same }): ReactNode {
  return (
    <ul className={css.effects}>
      {actions.map((action) => (
        <li key={action.url}>
          <strong>
            <Inert text={isEverywhere(action) ? 'All appliances' : action.module} />
          </strong>
          <Inert text={effectOf(action)} />
        </li>
      ))}
    </ul>
  );
}
