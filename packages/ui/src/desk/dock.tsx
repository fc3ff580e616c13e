/** The casebook at hand, below every page: look at it, put into it, write notes, without leaving the page. */
import { ActionIcon, Button, NativeSelect, Tooltip } from '@mantine/core';
import { INTEL } from '@sightline/api';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, type ReactNode, useState } from 'react';
import { AddEntity } from '../intel/add.tsx';
import { CaseObservables, Notes } from '../intel/case.tsx';
import { shortOf, useEntities } from '../intel/search.ts';
import { useCall } from '../kit/call.ts';
import { dropped, isCarried } from '../kit/drag.ts';
import { May, useMe } from '../kit/may.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { useCollect } from './cases.ts';
import { setCurrent, useCurrent } from './current.ts';
import css from './desk.module.css';
import { Grip, useHeight } from './grip.tsx';
import { useDesk } from './provider.tsx';

const NEWEST = { sort_by: 'created', sort_order: 'desc' };

export default function Dock(): ReactNode {
  const id = useCurrent();
  const { docked, setDocked, collect: ask } = useDesk();
  const [height, setHeight] = useHeight();
  const [over, setOver] = useState(false);
  const found = useCall(INTEL.casebook.read, { params: { id }, query: {} }, { enabled: id !== '' });
  const collect = useCollect();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const observable = dropped(event);
    if (!observable) return;
    if (found.data) void collect(id, found.data.title ?? 'the casebook', [observable]);
    else ask([observable]);
  };
  return (
    <section
      className={css.dock}
      aria-label="Casebook dock"
      data-over={over || undefined}
      style={{ height: docked ? height : 120 }}
      onDragOver={(event) => {
        if (!isCarried(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Grip height={height} onHeight={setHeight} />
      <Head id={id} onClose={() => setDocked(false)} />
      <div className={css.dockBody}>{id === '' ? <Teach /> : <Loaded of={found}>{Case}</Loaded>}</div>
    </section>
  );
}

const Case = (casebook: Parameters<typeof CaseObservables>[0]['casebook']): ReactNode => (
  <>
    <CaseObservables casebook={casebook} />
    <Notes casebook={casebook} />
  </>
);

const Teach = (): ReactNode => (
  <EmptyState title="No casebook at hand">
    Choose one above or make a new one. Then drag observables here from any page, or use their menu.
  </EmptyState>
);

function Head({ id, onClose }: { id: string; onClose: () => void }): ReactNode {
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  const me = useMe()?.name ?? '';
  const found = useEntities('casebook', NEWEST);
  const choices = (found.data?.pages.flat() ?? []).map((one) => ({
    value: shortOf(one.id),
    label: one.title ?? one.id,
  }));
  return (
    <div className={css.dockHead}>
      <h2>Casebook</h2>
      <NativeSelect
        aria-label="Casebook at hand"
        data={[{ value: '', label: 'None' }, ...choices]}
        value={id}
        onChange={(e) => setCurrent(e.currentTarget.value)}
      />
      <May do="intel:write">
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          New
        </Button>
      </May>
      {id !== '' && (
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/casebooks/$id', params: { id } as never })}
        >
          Go to case
        </Button>
      )}
      <span className={css.grow} />
      <Tooltip label="Close the dock">
        <ActionIcon aria-label="Close the dock" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
      {adding && (
        <AddEntity
          kind="casebook"
          me={me}
          onClose={() => setAdding(false)}
          onDone={(made) => setCurrent(shortOf(made))}
        />
      )}
    </div>
  );
}
