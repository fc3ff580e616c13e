/** Incidents: what is going on, how bad it is, and who works on it. */
import { Button, NativeSelect } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { May, useMe } from '../kit/may.tsx';
import { Page } from '../kit/states.tsx';
import { ListViews } from '../views/list.tsx';
import { AddEntity } from './add.tsx';
import { EntityList } from './list.tsx';
import { shortOf } from './search.ts';

const STATES = [
  { value: '', label: 'All incidents' },
  { value: 'status:(New OR "New: Processing" OR "New: Presented")', label: 'New' },
  { value: 'status:Open*', label: 'Open' },
  { value: 'status:Hold* OR status:Stalled', label: 'On hold' },
  { value: 'status:Closed* OR status:Rejected', label: 'Closed' },
];

export function IncidentsPage(): ReactNode {
  const { state: asked = '', q = '' } = useSearch({ strict: false }) as { state?: string; q?: string };
  const [state, setState] = useState(asked);
  const [text, setText] = useState(q);
  useEffect(() => {
    setState(asked);
    setText(q);
  }, [asked, q]);
  const [adding, setAdding] = useState(false);
  const me = useMe()?.name ?? '';
  const navigate = useNavigate();
  const open = (id: string): void => void navigate({ to: `/incidents/${shortOf(id)}` as never });
  return (
    <Page
      title="Incidents"
      lead="What is going on, how bad it is, and who works on it."
      actions={
        <May do="intel:write">
          <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            New Incident
          </Button>
        </May>
      }
    >
      <EntityList
        key={`${state}\n${q}`}
        begin={text}
        onText={setText}
        kind="incident"
        name="incidents"
        hint="An incident brings together what is known of one attack, and who does what about it."
        filter={state ? { query: state } : undefined}
        tools={
          <>
            <NativeSelect
              aria-label="State"
              data={STATES}
              value={state}
              onChange={(e) => setState(e.currentTarget.value)}
            />
            <ListViews page="incidents" filter={{ state, q: text }} tables={['incidents']} />
          </>
        }
        onOpen={({ id }) => open(id)}
      />
      {adding && <AddEntity kind="incident" me={me} onClose={() => setAdding(false)} onDone={open} />}
    </Page>
  );
}
