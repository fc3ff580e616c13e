import { Button, Switch } from '@mantine/core';
import { type Answer, editModule, listModules, testModule } from '@sightline/api';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAct } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { May, useMay } from '../kit/may.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { Problem } from '../kit/problem.tsx';
import { duration } from '../kit/time.ts';
import { Time } from '../kit/when.tsx';
import { Logo } from './logo.tsx';
import css from './modules.module.css';
import { modulePath } from './places.ts';

type Module = Answer<typeof listModules>['modules'][number];

/** One configured module: its source, how it stands, and a test all the way to the source. */
export function Configured({ module }: { module: Module }): ReactNode {
  const navigate = useNavigate();
  const test = useAct(testModule, { refresh: [listModules] });
  return (
    <article className={`panel ${css.card}`} aria-label={module.name}>
      <div className={css.head}>
        <Logo src={module.logo} />
        <div className={css.grow}>
          <h3>
            <Inert text={module.name} />
          </h3>
          <p className="muted">
            {module.type_title}
            {module.device && (
              <>
                {' '}
                on <Inert text={module.device} />
              </>
            )}
          </p>
        </div>
        <Enabled module={module} />
      </div>
      <Health module={module} tested={test.data} />
      <Figures module={module} quotas={test.data?.quotas} />
      <Problem error={test.error} />
      <div className={css.foot}>
        <Button
          variant="default"
          loading={test.isPending}
          disabled={!module.enabled}
          onClick={() => test.mutate({ params: { id: module.id } })}
        >
          Test
        </Button>
        <May do="module:write">
          <Button variant="default" onClick={() => void navigate({ to: modulePath(module.id) })}>
            Edit
          </Button>
        </May>
      </div>
    </article>
  );
}

function Enabled({ module }: { module: Module }): ReactNode {
  const mayWrite = useMay('module:write');
  const edit = useAct(editModule, {
    refresh: [listModules],
    done: (now) => `${now.name} is ${now.enabled ? 'enabled' : 'disabled'}.`,
  });
  return (
    <Switch
      aria-label={`${module.name} enabled`}
      checked={module.enabled}
      disabled={!mayWrite || edit.isPending}
      onChange={(e) =>
        edit.mutate(
          { params: { id: module.id }, body: { enabled: e.currentTarget.checked } },
          { onError: notifyProblem },
        )
      }
    />
  );
}

/** A test just made says more than the state of the list. */
function Health({
  module,
  tested,
}: {
  module: Module;
  tested: Answer<typeof testModule> | undefined;
}): ReactNode {
  if (!module.enabled) return <Line state="off" text="Disabled: investigations do not ask it." />;
  if (tested) return <Line state={tested.status} text={`${tested.text} (${duration(tested.ms)})`} />;
  if (module.problem) return <Line state="error" text={module.problem} />;
  return <Line state="ok" text="No known problem" />;
}

/** How it has done since the hub started, and what its source says of its limits. */
function Figures({
  module: { stats },
  quotas,
}: {
  module: Module;
  quotas: Answer<typeof testModule>['quotas'];
}): ReactNode {
  if (stats.asked === 0 && !quotas) return null;
  const { p50_ms: half, p95_ms: most, requests } = stats;
  return (
    <dl className={css.figures}>
      <Figure
        name="Asked"
        value={stats.failed > 0 ? `${stats.asked}, ${stats.failed} failed` : stats.asked}
      />
      {half !== null && most !== null && (
        <Figure name="Latency" value={`${duration(half)}, 95 % within ${duration(most)}`} />
      )}
      {requests.day > 0 && (
        <Figure name="Requests" value={`${requests.minute} a minute, ${requests.day} a day`} />
      )}
      {Object.entries(quotas ?? {}).map(([name, { description, values }]) => (
        <Figure
          key={name}
          name={description || name}
          value={`${values.current_bucket_consumption} of ${values.bucket_limit} a ${values.bucket_unit}`}
        />
      ))}
      {stats.last_error && (
        <Figure
          name="Last error"
          value={
            <>
              <Time at={Date.parse(stats.last_error.at)} /> <Inert text={stats.last_error.message} />
            </>
          }
        />
      )}
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const ICONS = { ok: IconCircleCheck, error: IconAlertTriangle, off: IconCircleDashed };

function Line({ state, text }: { state: keyof typeof ICONS; text: string }): ReactNode {
  const Icon = ICONS[state];
  return (
    <div className={css.health} data-state={state} role="status">
      <Icon size={15} aria-hidden />
      <span>
        <Inert text={text} />
      </span>
    </div>
  );
}
