/** Dialogs of saved views: keep one, manage one's own. Loaded when they are asked for. */
import { Button, Checkbox, Modal, Stack, TextInput } from '@mantine/core';
import {
  changeView,
  deleteView,
  listViews,
  type SavedView,
  saveView,
  type ViewPage,
  type ViewState,
} from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { useHidden } from '../kit/columns.tsx';
import { useDisplay } from '../kit/display.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { EmptyState } from '../kit/states.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import css from './views.module.css';

interface SaveProps {
  page: ViewPage;
  /** Names of its tables. */
  tables: readonly string[];
  state: () => Pick<ViewState, 'filter' | 'investigate'>;
  onDone: () => void;
}

interface DialogProps extends Omit<SaveProps, 'onDone'> {
  doing: 'save' | 'manage';
  list: SavedView[];
  onClose: () => void;
}

export default function Dialog({ doing, list, onClose, ...save }: DialogProps): ReactNode {
  if (doing === 'save')
    return (
      <Modal opened onClose={onClose} title="Save this view">
        <Save {...save} onDone={onClose} />
      </Modal>
    );
  return (
    <Modal opened onClose={onClose} title="Saved views" size="lg">
      <Manage list={list.filter(({ own }) => own)} />
    </Modal>
  );
}

function Save({ page, tables, state, onDone }: SaveProps): ReactNode {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [first, setFirst] = useState(false);
  const { density } = useDisplay();
  const hidden = useHidden();
  const save = useAct(saveView, { refresh: [listViews], done: 'View saved.', onDone });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const columns = Object.fromEntries(tables.map((table) => [table, [...(hidden[table] ?? [])]]));
    save.mutate({ body: { page, name, shared, first, state: { ...state(), density, hidden: columns } } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="Filters, columns and density of this page are kept. A view of the same name is replaced."
          data-autofocus
          maxLength={100}
          value={name}
          error={fieldProblem(save.error, 'name')}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Checkbox
          label="Begin with it"
          description="When you come to this page"
          checked={first}
          onChange={(e) => setFirst(e.currentTarget.checked)}
        />
        <Checkbox
          label="Share with the organisation"
          checked={shared}
          onChange={(e) => setShared(e.currentTarget.checked)}
        />
        <Problem error={save.error} />
        <SubmitRow onCancel={onDone} busy={save.isPending}>
          Save
        </SubmitRow>
      </Stack>
    </form>
  );
}

function Manage({ list }: { list: SavedView[] }): ReactNode {
  const change = useAct(changeView, { refresh: [listViews] });
  const remove = useAct(deleteView, { refresh: [listViews] });
  if (list.length === 0)
    return <EmptyState title="No saved view of yours">All of them are deleted.</EmptyState>;
  return (
    <Stack gap="sm">
      <ul className={css.list}>
        {list.map(({ id, name, first, shared }) => (
          <li key={id}>
            <span className={css.name}>
              <Inert text={name} />
            </span>
            <Checkbox
              size="xs"
              label="Begin with it"
              checked={first}
              onChange={() => change.mutate({ params: { id }, body: { first: !first } })}
            />
            <Checkbox
              size="xs"
              label="Shared"
              checked={shared}
              onChange={() => change.mutate({ params: { id }, body: { shared: !shared } })}
            />
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={`Delete ${name}`}
              onClick={() => remove.mutate({ params: { id } })}
            >
              Delete
            </Button>
          </li>
        ))}
      </ul>
      <Problem error={change.error ?? remove.error} />
    </Stack>
  );
}
