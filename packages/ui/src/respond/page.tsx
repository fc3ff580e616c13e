/** Actions taken: who had what done where, why, what came of it, and the way back. */
import { Button, Modal } from '@mantine/core';
import { listTaken, type TakenAction } from '@sightline/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Status } from '../console/parts.tsx';
import type { Tone } from '../console/tracking/step.ts';
import { call, keyOf } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { LoadMore } from '../kit/more.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { Time } from '../kit/when.tsx';
import { pageOf } from './case.ts';
import { Kept } from './kept.tsx';
import { deedOf, isInMailboxes } from './offers.ts';
import css from './respond.module.css';
import { Result } from './result.tsx';
import { Undo } from './undo.tsx';

const none = <span className="muted">none</span>;
const words = (text: string): ReactNode => (text ? <Inert text={text} /> : none);
const cut = (text: string): ReactNode => <span title={text}>{words(text)}</span>;

const COLUMNS: Column<TakenAction>[] = [
  { id: 'at', label: 'Time', width: 160, cell: (a) => <Time at={a.at} only="absolute" /> },
  { id: 'by', label: 'Who', width: 90, cell: (a) => cut(a.by) },
  { id: 'action', label: 'What', lead: true, width: 140, cell: (a) => cut(deedOf(a.action)) },
  {
    id: 'about',
    label: 'About',
    width: 236,
    cell: (a) => (a.observable ? <ObservableTag observable={a.observable} limit={40} /> : none),
  },
  { id: 'module', label: 'Through', width: 90, cell: (a) => cut(a.module) },
  { id: 'reason', label: 'Reason', width: 130, cell: (a) => cut(a.reason) },
  { id: 'until', label: 'Until', width: 160, cell: (a) => until(a) },
  { id: 'outcome', label: 'Outcome', cell: (a) => <Status tone={toneOf(a)}>{cut(outcomeOf(a))}</Status> },
];

const until = ({ expires }: TakenAction): ReactNode =>
  expires ? <Time at={expires} only="absolute" /> : <span className="muted">no end</span>;

function outcomeOf(taken: TakenAction): string {
  const { status, text, errors, undone, places } = taken;
  if (undone) return `Taken back by ${undone.by}`;
  if (status === 'running') return isUnderWay(taken) ? 'Under way' : 'Not known: no answer was kept';
  const good = places.filter((place) => place.status === 'success').length;
  if (status === 'partial') return `On ${good} of ${places.length} appliances`;
  if (status === 'success' && places.length > 1) return `On all ${good} appliances`;
  const failed = errors.map(({ module, message }) => `${module}: ${message}`).join(' ');
  return [text, failed].filter(Boolean).join(' ') || (status === 'success' ? 'Done' : 'Failed');
}

const toneOf = ({ status, undone }: TakenAction): Tone =>
  undone || status === 'running'
    ? 'calm'
    : status === 'success'
      ? 'good'
      : status === 'partial'
        ? 'warn'
        : 'bad';

/** An action's time is over after a minute; one that is older was cut off when this program was stopped. */
const LONGEST_MS = 120_000;
const isUnderWay = ({ status, at }: TakenAction): boolean =>
  status === 'running' && Date.now() - Date.parse(at) < LONGEST_MS;

const useTaken = () =>
  useInfiniteQuery({
    queryKey: [...keyOf(listTaken), 'pages'],
    queryFn: ({ pageParam, signal }) => call(listTaken, { query: { limit: 100, ...pageParam } }, { signal }),
    initialPageParam: {},
    getNextPageParam: ({ more, actions }) => {
      const last = more ? actions.at(-1) : undefined;
      return last && { before: last.at, before_id: last.id };
    },
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ actions }) => actions.some(isUnderWay)) ? 2000 : false,
  });

/** What is shown of one of them. */
interface Opened {
  taken: TakenAction;
  undoing: boolean;
}

export function TakenPage(): ReactNode {
  const [opened, setOpened] = useState<Opened>();
  const found = useTaken();
  const may = useMay('respond');
  const undo: Column<TakenAction> = {
    id: 'undo',
    label: 'Undo',
    width: 70,
    cell: (taken) =>
      may && taken.undoable ? (
        <Button variant="default" size="compact-xs" onClick={() => setOpened({ taken, undoing: true })}>
          Undo
        </Button>
      ) : null,
  };
  return (
    <Page
      title="Actions Taken"
      lead="What was done about observables and messages, the latest first. Open one for all of its outcome."
    >
      <Loaded of={found} rows={8}>
        {({ pages }) => (
          <Table
            label="Actions taken"
            rows={pages.flatMap((page) => page.actions)}
            columns={[...COLUMNS, undo]}
            rowKey={(a) => a.id}
            minWidth={1280}
            onOpen={(taken) => setOpened({ taken, undoing: false })}
            empty={
              <EmptyState title="No action has been taken">
                The menu of an observable offers what the modules can do, under Respond.
              </EmptyState>
            }
          />
        )}
      </Loaded>
      <LoadMore of={found} />
      {opened && <Details opened={opened} onChange={setOpened} />}
    </Page>
  );
}

interface DetailsProps {
  opened: Opened;
  onChange: (opened: Opened | undefined) => void;
}

function Details({ opened: { taken, undoing }, onChange }: DetailsProps): ReactNode {
  const show = (one: TakenAction): void => onChange({ taken: one, undoing: false });
  return (
    <Modal
      opened
      onClose={() => onChange(undefined)}
      title={<Inert text={deedOf(taken.action)} />}
      size={isInMailboxes(taken.action) ? 'xl' : 'md'}
    >
      {undoing ? (
        <Undo taken={taken} onDone={show} onClose={() => show(taken)} />
      ) : (
        <div className={css.form}>
          <Facts taken={taken} />
          {isInMailboxes(taken.action) && <Kept taken={taken} />}
          <Result taken={taken} onUndo={() => onChange({ taken, undoing: true })} />
        </div>
      )}
    </Modal>
  );
}

function Facts({ taken }: { taken: TakenAction }): ReactNode {
  const facts: [string, ReactNode][] = [
    ['When', <Time key="at" at={taken.at} />],
    ['Who', words(taken.by)],
    ['About', words(taken.observable?.value ?? '')],
    ['Through', words(taken.module)],
    ['Reason', words(taken.reason)],
    ['Case', <Case key="case" source={taken.source} />],
  ];
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{value}</dd>])}
    </dl>
  );
}

function Case({ source }: { source: string }): ReactNode {
  const page = pageOf(source);
  return page ? (
    <Link to={page as never}>
      <Inert text={source} />
    </Link>
  ) : (
    words(source)
  );
}
