import type { Cloud } from '@sightline/api';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './steps.module.css';
import { nextStep, STEPS } from './view.ts';

/** How far the way to a registered appliance has been gone. */
export function Steps({ cloud }: { cloud: Pick<Cloud, 'state' | 'uncommitted'> }): ReactNode {
  const next = nextStep(cloud);
  if (next === undefined) return null;
  return (
    <ol className={css.steps} aria-label="Steps to a registered appliance">
      {STEPS.map((step, i) => (
        <li
          key={step.name}
          data-state={i < next ? 'done' : i === next ? 'next' : undefined}
          aria-current={i === next ? 'step' : undefined}
        >
          <span className={css.mark}>{i < next ? <IconCheck size={13} aria-label="done" /> : i + 1}</span>
          <span>
            <strong>{step.name}</strong>
            <br />
            <span className="muted">{step.text}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
