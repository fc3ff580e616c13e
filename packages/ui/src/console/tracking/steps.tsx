/** Processing Details: a message's life as a timeline, its last event highlighted. */
import type { Step } from '@sightline/api';
import { IconAlertTriangle, IconCircleCheck, IconCircleDot, IconCircleX } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { Inert } from '../../kit/inert.tsx';
import { Time } from '../../kit/when.tsx';
import { Block } from '../parts.tsx';
import { gap, stepTone, type Tone } from './step.ts';
import css from './tracking.module.css';

const ICONS: Record<Tone, ComponentType<{ size?: number }>> = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  calm: IconCircleDot,
};

export function Steps({ steps, underWay }: { steps: Step[]; underWay: boolean }): ReactNode {
  return (
    <Block
      title="Processing Details"
      actions={underWay && <span className="muted">under way, refreshes by itself</span>}
    >
      <ol className={css.steps}>
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever appended
          <OneStep key={i} step={step} before={steps[i - 1]?.at} />
        ))}
      </ol>
    </Block>
  );
}

function OneStep({ step, before }: { step: Step; before: number | undefined }): ReactNode {
  const tone = stepTone(step.type);
  const Icon = ICONS[tone];
  return (
    <li className={css.step} data-last={step.last || undefined} aria-current={step.last ? 'step' : undefined}>
      <Time at={step.at} only="absolute" />
      <span className={css.gap}>{gap(before, step.at)}</span>
      <span className={css.rail} data-tone={tone}>
        <Icon size={14} />
      </span>
      <span className={css.text}>
        <Inert text={step.text} />
        {step.last && <span className={css.lastWord}>Last event</span>}
      </span>
    </li>
  );
}
