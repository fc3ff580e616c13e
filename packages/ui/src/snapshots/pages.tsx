/** Snapshots: the list, and two of them against each other. */
import { Button, Checkbox, Group } from '@mantine/core';
import { changeSnapshot, deleteSnapshot, getSnapshot, listSnapshots, type Snapshot } from '@sightline/api';
import { IconCamera, IconGitCompare, IconShare, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { facts } from '../investigate/facts.ts';
import { useAct, useCall } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Inert } from '../kit/inert.tsx';
import { isHash, shortValue, typeName } from '../kit/observable.ts';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { Time } from '../kit/when.tsx';
import { type Change, compare, type Difference } from './compare.ts';
import { unpackRun } from './pack.ts';
import css from './snapshots.module.css';

export function SnapshotsPage(): ReactNode {
  const all = useCall(listSnapshots);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const pick = (id: string): void =>
    setPicked(picked.includes(id) ? picked.filter((p) => p !== id) : [...picked, id].slice(-2));
  return (
    <Page
      title="Snapshots"
      lead="Investigations as they were. Open one to go on from there, or compare two in time."
    >
      <Loaded of={all}>
        {({ snapshots }) =>
          snapshots.length === 0 ? <None /> : <List rows={snapshots} picked={picked} onPick={pick} />
        }
      </Loaded>
      {picked.length === 2 && <Compared ids={picked as [string, string]} />}
    </Page>
  );
}

const None = (): ReactNode => (
  <EmptyState icon={<IconCamera size={28} stroke={1.4} />} title="No snapshot yet">
    An investigation is gone when its page is left. Choose Snapshot there, or press s, and it is kept with
    everything that the modules said and the graph as you arranged it.
  </EmptyState>
);

interface ListProps {
  rows: Snapshot[];
  picked: readonly string[];
  onPick: (id: string) => void;
}

function List({ rows, picked, onPick }: ListProps): ReactNode {
  const navigate = useNavigate();
  const columns = useMemo(() => columnsOf(picked, onPick), [picked, onPick]);
  return (
    <Table
      label="Snapshots"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      sort={{ id: 'created', desc: true }}
      minWidth={1100}
      onOpen={(row) => void navigate({ to: '/investigate', search: { snapshot: row.id } as never })}
    />
  );
}

const columnsOf = (picked: readonly string[], onPick: (id: string) => void): Column<Snapshot>[] => [
  {
    id: 'pick',
    label: <IconGitCompare size={14} aria-label="Compare" />,
    width: 40,
    cell: (s) => (
      <Checkbox
        size="xs"
        aria-label={`Compare ${s.name}`}
        checked={picked.includes(s.id)}
        onChange={() => onPick(s.id)}
      />
    ),
  },
  {
    id: 'name',
    label: 'Name',
    cell: (s) => (
      <span title={s.description}>
        <Inert text={s.name} />
      </span>
    ),
    value: (s) => s.name,
  },
  { id: 'created', label: 'Kept', width: 280, cell: (s) => <Time at={s.created} />, value: (s) => s.created },
  { id: 'by', label: 'By', width: 110, cell: (s) => s.by, value: (s) => s.by },
  {
    id: 'targets',
    label: 'Targets',
    width: 80,
    right: true,
    cell: (s) => s.targets,
    value: (s) => s.targets,
  },
  {
    id: 'sightings',
    label: 'Sightings',
    width: 86,
    right: true,
    cell: (s) => s.sightings,
    value: (s) => s.sightings,
  },
  {
    id: 'shared',
    label: 'Shared',
    width: 76,
    cell: (s) => (s.shared ? 'yes' : 'no'),
    value: (s) => String(s.shared),
  },
  {
    id: 'acts',
    label: <span className="visually-hidden">Actions</span>,
    width: 204,
    cell: (s) => s.own && <Acts snapshot={s} />,
  },
];

function Acts({ snapshot: { id, name, shared } }: { snapshot: Snapshot }): ReactNode {
  const [asking, setAsking] = useState(false);
  const change = useAct(changeSnapshot, { refresh: [listSnapshots] });
  const remove = useAct(deleteSnapshot, { refresh: [listSnapshots], done: 'Snapshot deleted.' });
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconShare size={13} />}
        onClick={() => change.mutate({ params: { id }, body: { shared: !shared } })}
      >
        {shared ? 'Unshare' : 'Share'}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconTrash size={13} />}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      <Confirm
        opened={asking}
        title={`Delete ${name}?`}
        verb="Delete"
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          remove.mutate({ params: { id } });
        }}
      >
        The investigation as it was then cannot be had again.
      </Confirm>
    </Group>
  );
}

function Compared({ ids: [a, b] }: { ids: [string, string] }): ReactNode {
  const [one, other] = [
    useCall(getSnapshot, { params: { id: a } }),
    useCall(getSnapshot, { params: { id: b } }),
  ];
  return (
    <Loaded of={one}>
      {(first) => (
        <Loaded of={other}>
          {(second) => <Differences pair={[first, second].sort((x, y) => x.run.started - y.run.started)} />}
        </Loaded>
      )}
    </Loaded>
  );
}

type Whole = Snapshot & { run: Parameters<typeof unpackRun>[0] };

function Differences({ pair }: { pair: Whole[] }): ReactNode {
  const [before, after] = pair as [Whole, Whole];
  const difference = useMemo(
    () => compare(facts(unpackRun(before.run)), facts(unpackRun(after.run))),
    [before, after],
  );
  return (
    <section className={css.compared} aria-label="Comparison">
      <h2>
        <Inert text={before.name} /> <span className="muted">→</span> <Inert text={after.name} />
      </h2>
      <p className="muted">
        <Time at={before.run.started} only="absolute" /> to <Time at={after.run.started} only="absolute" /> ·{' '}
        {summary(difference)}
      </p>
      <Changes title="Targets" list={difference.targets} />
      <Changes title="Observables" list={difference.observables} />
      {difference.verdicts.length > 0 && (
        <>
          <h3>Dispositions</h3>
          <ul className={css.changes}>
            {difference.verdicts.map((v) => (
              <li key={v.key}>
                <Inert text={v.value} /> {v.before} → {v.after}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const summary = ({ sightings: s }: Difference): string =>
  `${s.before} sightings, then ${s.after}: ${s.added} new, ${s.gone} gone`;

/** Changes shown of one kind. */
const MOST = 200;

function Changes({ title, list }: { title: string; list: Change[] }): ReactNode {
  return (
    <>
      <h3>{title}</h3>
      {list.length === 0 && <p className="muted">The same in both.</p>}
      <ul className={css.changes}>
        {list.slice(0, MOST).map((c) => (
          <li key={c.key} data-what={c.what}>
            <b>{c.what === 'added' ? '+' : '−'}</b>{' '}
            <Inert text={isHash(c.type) ? shortValue(c, 40) : c.value} />{' '}
            <span className="muted">{typeName(c.type)}</span>
          </li>
        ))}
      </ul>
      {list.length > MOST && <p className="muted">and {list.length - MOST} more</p>}
    </>
  );
}
