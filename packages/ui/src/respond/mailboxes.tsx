/** A message in mailboxes from the dry run to what came of it: shown, confirmed with a reason, followed, undone. */
import { Button, Modal, Progress } from '@mantine/core';
import { respondObservables } from '@sightline/api';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { count, visible } from '../kit/text.ts';
import css from './mailbox.module.css';
import { MailboxList } from './mailboxlist.tsx';
import type { InMailboxes } from './provider.tsx';
import { useReason } from './reason.tsx';
import form from './respond.module.css';
import {
  chosenOf,
  type Deed,
  isFound,
  type Row,
  ranked,
  type Sweep,
  summed,
  type Task,
  tasksOf,
} from './sweep.ts';
import { UndoAll } from './undoall.tsx';
import { type Sweeping, useSweep } from './use-sweep.ts';

interface DialogProps {
  chosen: InMailboxes;
  /** Something was done or taken back. */
  onActed: () => void;
  onClose: () => void;
}

export default function Mailboxes({ chosen, onActed, onClose }: DialogProps): ReactNode {
  const { messageIds, recipients } = chosen;
  const body = messageIds.map((value) => ({ type: 'email_messageid', value }));
  const offered = useCall(respondObservables, { query: {}, body });
  return (
    <Modal
      opened
      onClose={onClose}
      title={messageIds.length === 1 ? 'Message in mailboxes' : `${messageIds.length} messages in mailboxes`}
      size="xl"
    >
      <Loaded of={offered} rows={4}>
        {({ data, errors }) => {
          const tasks = tasksOf(data, recipients);
          return tasks.length > 0 ? (
            <Steps tasks={tasks} preset={chosen.deed} onActed={onActed} onClose={onClose} />
          ) : (
            <EmptyState title="No mailbox can be opened">
              {errors?.map(({ module, message }) => `${module}: ${message}`).join(' ') ||
                'No IMAP Mailbox module serves the domain of anybody whom this was delivered to. An administrator can add one under Modules.'}
            </EmptyState>
          );
        }}
      </Loaded>
    </Modal>
  );
}

interface StepsProps {
  tasks: readonly Task[];
  preset: Deed;
  onActed: () => void;
  onClose: () => void;
}

type Step = { at: 'found' } | { at: 'ask'; deed: 'move' | 'delete' } | { at: 'done' } | { at: 'undo' };

/** What the dry run found is what can be chosen from; the offers may change meanwhile, the tasks do not. */
function Steps({ tasks: now, preset, onActed, onClose }: StepsProps): ReactNode {
  const [tasks] = useState(now);
  const [step, setStep] = useState<Step>({ at: 'found' });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const dry = useSweep(tasks, onActed);
  const real = useSweep(tasks, onActed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as it is opened
  useEffect(() => look(dry, tasks), []);
  const picked = dry.rows.filter((row) => isFound(row) && !left.has(row.key));
  const about = useMemo(
    () => (tasks.length > 1 ? (row: Row) => tasks[row.task]?.messageId : undefined),
    [tasks],
  );
  if (step.at === 'ask')
    return (
      <Confirm
        deed={step.deed}
        tasks={tasks}
        picked={picked}
        onBack={() => setStep({ at: 'found' })}
        onDo={(reason) => {
          real.start(step.deed, chosenOf(tasks, picked), reason);
          setStep({ at: 'done' });
        }}
      />
    );
  if (step.at === 'undo')
    return (
      <UndoAll taken={real.taken} onDone={onActed} onClose={onClose} onBack={() => setStep({ at: 'done' })} />
    );
  if (step.at === 'done')
    return <Done sweep={real} about={about} onUndo={() => setStep({ at: 'undo' })} onClose={onClose} />;
  const toggle = (key: string, on: boolean): void =>
    setLeft((before) => new Set(on ? [...before].filter((one) => one !== key) : [...before, key]));
  return (
    <div className={form.form}>
      <About tasks={tasks} />
      <Head sweep={dry} doing="Dry run: nothing is changed." />
      <Errors sweep={dry} />
      <MailboxList
        rows={dry.running ? dry.rows : ranked(dry.rows)}
        {...(about ? { about } : {})}
        box={(row) =>
          isFound(row) && (
            <input
              type="checkbox"
              aria-label={`Select ${visible(row.addresses[0] ?? '')}`}
              checked={!left.has(row.key)}
              onChange={(e) => toggle(row.key, e.currentTarget.checked)}
            />
          )
        }
      />
      <Choices tasks={tasks} preset={preset} disabled={dry.running || picked.length === 0} n={picked.length}>
        {(deed) => setStep({ at: 'ask', deed })}
      </Choices>
    </div>
  );
}

/** Which message, and on which servers; of several, each row says it. */
function About({ tasks }: { tasks: readonly Task[] }): ReactNode {
  const ids = [...new Set(tasks.map(({ messageId }) => messageId))];
  const names = [...new Set(tasks.map(({ name }) => name))];
  return (
    <p className={`${form.said} muted`}>
      {ids.length === 1 && (
        <>
          <Inert text={ids[0] ?? ''} />,{' '}
        </>
      )}
      through <Inert text={names.join(', ')} />
    </p>
  );
}

const look = (dry: Sweeping, tasks: readonly Task[]): void =>
  dry.start(
    'find',
    tasks.map(({ recipients }, task) => ({ task, recipients })),
    '',
  );

/** How far it is, and the way to stop it. */
function Head({ sweep, doing }: { sweep: Sweeping; doing: string }): ReactNode {
  const { rows, running, stop } = sweep;
  const ended = rows.filter(({ result }) => result).length;
  const [stopping, setStopping] = useState(false);
  return (
    <>
      <p className={form.said}>{running || rows.length === 0 ? doing : `${doing} ${summed(rows)}.`}</p>
      {running && (
        <div className={css.head}>
          <Progress
            className={css.bar ?? ''}
            value={rows.length === 0 ? 0 : (100 * ended) / rows.length}
            aria-label="Mailboxes that have ended"
          />
          <span role="status" className={css.count}>
            {rows.length === 0
              ? 'Asking who received it…'
              : `${ended} of ${count(rows.length, 'mailbox', 'mailboxes')}`}
          </span>
          <Button
            size="compact-xs"
            variant="default"
            disabled={stopping}
            onClick={() => {
              setStopping(true);
              stop();
            }}
          >
            {stopping ? 'Stopping…' : 'Stop'}
          </Button>
        </div>
      )}
    </>
  );
}

/** What was wrong with the whole of it; of single mailboxes, their lines say it. */
function Errors({ sweep: { errors, taken } }: { sweep: Sweep }): ReactNode {
  const said = taken.flatMap((one) => one.errors.filter(({ code }) => !code.startsWith('mailbox-')));
  return (
    <>
      {errors.map((error, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only ever appended
        <Problem key={i} error={error} />
      ))}
      {said.length > 0 && (
        <ul role="alert" className={form.errors}>
          {said.map((e) => (
            <li key={`${e.module} ${e.code} ${e.message}`}>
              <Inert text={`${e.module}: ${e.message}`} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ChoicesProps {
  tasks: readonly Task[];
  preset: Deed;
  disabled: boolean;
  n: number;
  children: (deed: 'move' | 'delete') => void;
}

const titleOf = (tasks: readonly Task[], deed: 'move' | 'delete'): string => {
  const titles = [...new Set(tasks.map(({ offers }) => offers[deed]?.title ?? ''))];
  if (deed === 'move' && titles.length === 1 && titles[0]) return titles[0].replace(/ in mailboxes$/, '');
  return deed === 'move' ? 'Move away' : 'Delete';
};

function Choices({ tasks, preset, disabled, n, children: choose }: ChoicesProps): ReactNode {
  const order = preset === 'delete' ? (['move', 'delete'] as const) : (['delete', 'move'] as const);
  return (
    <div className={`${form.buttons} ${css.choices}`}>
      <span className={css.count} role="status">
        {disabled ? '' : `${count(n, 'mailbox', 'mailboxes')} chosen`}
      </span>
      <span className={css.spread} />
      {order.map((deed, i) => (
        <Button
          key={deed}
          disabled={disabled}
          variant={i === 1 ? 'filled' : 'default'}
          {...(i === 1 ? { color: 'grape' } : {})}
          onClick={() => choose(deed)}
        >
          <Inert text={`${titleOf(tasks, deed)}…`} />
        </Button>
      ))}
    </div>
  );
}

interface ConfirmProps {
  deed: 'move' | 'delete';
  tasks: readonly Task[];
  picked: readonly Row[];
  onBack: () => void;
  onDo: (reason: string) => void;
}

function Confirm({ deed, tasks, picked, onBack, onDo }: ConfirmProps): ReactNode {
  const { field, onSubmit } = useReason({ inMailboxes: true });
  const names = picked.flatMap(({ addresses }) => addresses);
  return (
    <form className={form.form} noValidate onSubmit={onSubmit(onDo)}>
      <p className={form.said}>
        <strong>
          <Inert text={titleOf(tasks, deed)} />
        </strong>
        : {count(picked.length, 'mailbox', 'mailboxes')}, <Inert text={names.slice(0, 5).join(', ')} />
        {names.length > 5 && ` and ${names.length - 5} more`}.{' '}
        {deed === 'move'
          ? 'This can be undone.'
          : 'The message is deleted for good, from all of their folders. This cannot be undone.'}
      </p>
      {field}
      <div className={form.buttons}>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button color="grape" type="submit">
          Do it
        </Button>
      </div>
    </form>
  );
}

interface DoneProps {
  sweep: Sweeping;
  about: ((row: Row) => string | undefined) | undefined;
  onUndo: () => void;
  onClose: () => void;
}

function Done({ sweep, about, onUndo, onClose }: DoneProps): ReactNode {
  const { running, taken, rows } = sweep;
  return (
    <div className={form.form}>
      <Head
        sweep={sweep}
        doing={
          running ? 'It goes on when this window is closed; Actions Taken has what came of it.' : 'Done.'
        }
      />
      <Errors sweep={sweep} />
      <MailboxList rows={running ? rows : ranked(rows)} {...(about ? { about } : {})} />
      <div className={form.buttons}>
        {!running && taken.some(({ undoable }) => undoable) && (
          <Button variant="default" onClick={onUndo}>
            Undo
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}
