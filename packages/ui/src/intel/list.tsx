/** Entities of one kind in a table: search, more, and what can be done with one. */
import { ActionIcon, Menu, TextInput } from '@mantine/core';
import { type Endpoint, INTEL } from '@sightline/api';
import { IconDots, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { ColumnMenu } from '../kit/columns.tsx';
import { Confirm } from '../kit/confirm.tsx';
import { useMay } from '../kit/may.tsx';
import { LoadMore } from '../kit/more.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { type Column, Table } from '../kit/table.tsx';
import { columnsOf } from './columns.tsx';
import css from './intel.module.css';
import { type Entity, type Kind, queryOf, useEntities } from './search.ts';

interface Props<K extends Kind> {
  kind: K;
  /** Plural, for people. */
  name: string;
  /** Why there may be none, and what to do. */
  hint: string;
  filter?: Record<string, string> | undefined;
  /** What stands in the search field at first. */
  begin?: string | undefined;
  /** Told what stands there now. */
  onText?: ((text: string) => void) | undefined;
  /** Beside the search field. */
  tools?: ReactNode;
  onOpen?: (entity: Entity<K>) => void;
}

export function EntityList<K extends Kind>(props: Props<K>): ReactNode {
  const { kind, name, hint, filter, begin = '', onText, tools, onOpen } = props;
  const [text, setText] = useState(begin);
  const query = { ...filter, ...queryOf(useDeferredValue(text)) };
  const found = useEntities(kind, query);
  const [doing, setDoing] = useState<Doing<K>>();
  const may = useMay('intel:write') && kind !== 'event';
  const columns = useMemo(
    () => (may ? [...columnsOf(kind), actions<K>(kind, setDoing)] : columnsOf(kind)),
    [kind, may],
  );
  return (
    <div className={css.stack}>
      <div className={css.bar}>
        <TextInput
          type="search"
          aria-label={`Search ${name}`}
          placeholder={`Words, or field:value`}
          leftSection={<IconSearch size={14} />}
          value={text}
          maxLength={1000}
          onChange={(e) => {
            setText(e.currentTarget.value);
            onText?.(e.currentTarget.value);
          }}
        />
        <ColumnMenu table={name} columns={columns} />
        {tools}
      </div>
      <Loaded of={found} rows={8}>
        {({ pages }) => (
          <Table
            label={name}
            rows={pages.flat() as (Entity<K> & object)[]}
            columns={columns as Column<Entity<K> & object>[]}
            rowKey={(e) => String((e as { id: string }).id)}
            minWidth={1000}
            {...(onOpen ? { onOpen } : {})}
            empty={
              <EmptyState title={text || filter ? `No ${name} match` : `No ${name} yet`}>
                {text || filter ? 'Search for something else.' : hint}
              </EmptyState>
            }
          />
        )}
      </Loaded>
      <LoadMore of={found} />
      {doing && <Act doing={doing} kind={kind} onClose={() => setDoing(undefined)} />}
    </div>
  );
}

interface Doing<K extends Kind> {
  verb: 'expire' | 'remove';
  entity: Entity<K>;
}

const actions = <K extends Kind>(kind: K, onDo: (doing: Doing<K>) => void): Column<Entity<K>> => ({
  id: 'actions',
  label: <span className="visually-hidden">Actions</span>,
  width: 48,
  cell: (entity) => (
    <Menu position="bottom-end" width={160}>
      <Menu.Target>
        <ActionIcon aria-label="Actions">
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {kind === 'judgement' && (
          <Menu.Item onClick={() => onDo({ verb: 'expire', entity })}>Expire now</Menu.Item>
        )}
        <Menu.Item onClick={() => onDo({ verb: 'remove', entity })}>Delete</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  ),
});

interface ActProps<K extends Kind> {
  doing: Doing<K>;
  kind: K;
  onClose: () => void;
}

function Act<K extends Kind>({ doing, kind, onClose }: ActProps<K>): ReactNode {
  const [reason, setReason] = useState('');
  const { id } = doing.entity as { id: string };
  const refresh = [INTEL[kind].search as unknown as Endpoint];
  const remove = useAct(INTEL[kind].remove as unknown as typeof INTEL.note.remove, {
    refresh,
    done: 'Deleted.',
    onDone: onClose,
  });
  const expire = useAct(INTEL.judgement.expire, {
    refresh,
    done: 'The judgement has ended.',
    onDone: onClose,
  });
  const act = doing.verb === 'remove' ? remove : expire;
  return (
    <Confirm
      opened
      title={doing.verb === 'remove' ? `Delete this ${kind}?` : 'End this judgement now?'}
      verb={doing.verb === 'remove' ? 'Delete' : 'Expire'}
      busy={act.isPending}
      error={act.error}
      onConfirm={() =>
        doing.verb === 'remove'
          ? remove.mutate({ params: { id }, query: {} })
          : expire.mutate({ params: { id }, query: { reason: reason.trim() || 'Ended in the portal' } })
      }
      onClose={onClose}
    >
      {doing.verb === 'remove' ? (
        'It cannot be brought back. Its events keep what it was.'
      ) : (
        <TextInput
          label="Reason"
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
      )}
    </Confirm>
  );
}
