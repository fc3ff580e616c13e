/** Casebooks: what belongs to one case. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { May, useMe } from '../kit/may.tsx';
import { Page } from '../kit/states.tsx';
import { ListViews } from '../views/list.tsx';
import { AddEntity } from './add.tsx';
import { EntityList } from './list.tsx';
import { shortOf } from './search.ts';

export function CasebooksPage(): ReactNode {
  const [adding, setAdding] = useState(false);
  const me = useMe()?.name ?? '';
  const navigate = useNavigate();
  const { q } = useSearch({ strict: false }) as { q?: string };
  const [text, setText] = useState(q ?? '');
  const open = (id: string): void => void navigate({ to: `/casebooks/${shortOf(id)}` as never });
  return (
    <Page
      title="Casebooks"
      lead="What belongs to one case: observables, what is thought of them, and your notes."
      actions={
        <May do="intel:write">
          <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            New Casebook
          </Button>
        </May>
      }
    >
      <EntityList
        key={q ?? ''}
        begin={q}
        onText={setText}
        tools={<ListViews page="casebooks" filter={{ q: text }} tables={['casebooks']} />}
        kind="casebook"
        name="casebooks"
        hint="A casebook keeps the observables of a case together."
        onOpen={({ id }) => open(id)}
      />
      {adding && <AddEntity kind="casebook" me={me} onClose={() => setAdding(false)} onDone={open} />}
    </Page>
  );
}
