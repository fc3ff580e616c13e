/** Pieces that every page of the console is made of. */
import {
  IconAlertTriangle,
  IconArrowRight,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconPoint,
  IconRefresh,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { Page } from '../kit/states.tsx';
import css from './console.module.css';
import { FlashBanner } from './flash.tsx';

interface ConsolePageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with the banner of what was just done above its content. */
export function ConsolePage({ children, ...page }: ConsolePageProps): ReactNode {
  return (
    <Page {...page}>
      <FlashBanner />
      {children}
    </Page>
  );
}

/** A titled frame, as AsyncOS groups settings. */
export function Block({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={css.block} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      <div className={css.body}>{children}</div>
    </section>
  );
}

/** Names and values; a value of null leaves its row out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className={css.facts}>
      {rows
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}:</dt>
      <dd>{value}</dd>
    </>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'wait' | 'next' | 'calm' | 'off';
const ICONS: Record<Tone, ComponentType<{ size?: number }>> = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  wait: IconRefresh,
  next: IconArrowRight,
  calm: IconPoint,
  off: IconCircleDashed,
};

/** A word or sentence with its mark. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  const Icon = ICONS[tone];
  return (
    <span className={css.status} data-tone={tone}>
      <Icon size={14} aria-hidden />
      <span>{children}</span>
    </span>
  );
}

/** Something has to be done first. */
export function Notice({ children }: { children: ReactNode }): ReactNode {
  return (
    <div role="note" className={css.notice}>
      <IconAlertTriangle size={17} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
