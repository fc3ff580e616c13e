/** One pill for each module: what it is doing, what it found, why it failed. */
import { Popover, UnstyledButton } from '@mantine/core';
import {
  IconAlertOctagon,
  IconCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { count } from '../kit/text.ts';
import { duration } from '../kit/time.ts';
import css from './page.module.css';
import { hits, type ModuleRun, type Run } from './stream.ts';

interface PillsProps {
  run: Run;
  onRetry: (moduleId: string) => void;
}

export function Pills({ run, onRetry }: PillsProps): ReactNode {
  return (
    <div className={css.pills}>
      <ul aria-label="Modules" id="modules" tabIndex={-1} className={css.pillList}>
        {run.modules.map((module) => (
          <Pill
            key={module.ref.module_instance_id}
            module={module}
            started={run.started}
            onRetry={() => onRetry(module.ref.module_instance_id)}
          />
        ))}
      </ul>
      <span className={css.progress} role="status">
        {progress(run)}
      </span>
    </div>
  );
}

function progress({ modules, phase, ms }: Run): string {
  const answered = modules.filter((m) => m.state !== 'running' && m.state !== 'stopped').length;
  const failed = modules.filter((m) => m.state === 'error').length;
  const parts = [`${answered} of ${count(modules.length, 'module')} answered`];
  if (ms !== undefined) parts.push(duration(ms));
  if (failed > 0) parts.push(`${failed} failed`);
  if (phase === 'stopped') parts.push('stopped');
  return parts.join(' · ');
}

const ICONS: Record<ModuleRun['state'], ReactNode> = {
  running: <IconCircleDashed size={14} className={css.spin} aria-hidden />,
  ok: <IconCheck size={14} color="var(--sl-good)" aria-hidden />,
  partial: <IconCircleHalf2 size={14} color="var(--sl-amber)" aria-hidden />,
  error: <IconX size={14} color="var(--sl-problem)" aria-hidden />,
  stopped: <IconCircleDashed size={14} aria-hidden />,
};

function Pill({
  module,
  started,
  onRetry,
}: {
  module: ModuleRun;
  started: number;
  onRetry: () => void;
}): ReactNode {
  const { ref, state, errors } = module;
  const body = (
    <>
      {ICONS[state]}
      <span className={css.pillName}>{ref.module}</span>
      <span className="muted">{outcome(module, started)}</span>
    </>
  );
  return (
    <li className={css.pill} data-state={state}>
      {errors.length > 0 ? (
        <Problems errors={errors} label={`${ref.module}: ${outcome(module, started)}`}>
          {body}
        </Problems>
      ) : (
        <span className={css.pillBody}>{body}</span>
      )}
      {(state === 'error' || state === 'stopped') && (
        <UnstyledButton className={css.retry} onClick={onRetry} aria-label={`Ask ${ref.module} again`}>
          <IconRefresh size={13} />
          <span className={css.retryWord}>Retry</span>
        </UnstyledButton>
      )}
      {state === 'running' && <span className={css.bar} />}
    </li>
  );
}

/** What went wrong, below the pill that is pressed. The keyboard stays on the pill: there is nothing to go to. */
function Problems({
  errors,
  label,
  children,
}: {
  errors: ModuleRun['errors'];
  label: string;
  children: ReactNode;
}): ReactNode {
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={360}
      withinPortal
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={css.pillBody}
          aria-label={label}
          onClick={() => setOpened(!opened)}
          onKeyDown={({ key }) => key === 'Escape' && setOpened(false)}
        >
          {children}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {errors.map((error) => (
          <p key={error.code + error.message} className={css.pillError}>
            {error.message}
          </p>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

function outcome({ state, ms, data, errors }: ModuleRun, started: number): ReactNode {
  if (state === 'running') return <Seconds since={started} />;
  if (state === 'stopped') return 'not answered';
  if (state === 'error') return 'failed';
  const n = hits(data);
  const found = n === 0 ? 'nothing found' : count(n, 'hit');
  const time = ms === undefined ? '' : ` · ${duration(ms)}`;
  return `${found}${time}${state === 'partial' && errors.length > 0 ? ' · incomplete' : ''}`;
}

function Seconds({ since }: { since: number }): ReactNode {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  return `asking · ${((now - since) / 1000).toFixed(1)} s`;
}

/** What modules said went wrong, in words, below the pills. */
export function ModuleProblems({ run }: { run: Run }): ReactNode {
  const failed = run.modules.filter((m) => m.errors.length > 0);
  if (failed.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls, by the keyboard too
    <ul className={css.moduleProblems} aria-label="What went wrong" tabIndex={0}>
      {failed.flatMap((m) =>
        m.errors.map((error) => (
          <li key={m.ref.module_instance_id + error.code + error.message}>
            <IconAlertOctagon size={15} aria-hidden />
            <span>
              <b>{m.ref.module}</b>: {error.message}
            </span>
          </li>
        )),
      )}
    </ul>
  );
}
