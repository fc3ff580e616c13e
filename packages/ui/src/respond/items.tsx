/** What the modules can do about an observable, as items of its menu. */
import { Button, Menu } from '@mantine/core';
import { type Action, respondObservables } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { IconBolt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { nameOf } from '../kit/pivot.tsx';
import { grouped, whereOf } from './offers.ts';
import { type Chosen, type InMailboxes, useRespond } from './provider.tsx';
import css from './respond.module.css';
import { deedIn } from './sweep.ts';

interface ItemsProps {
  observable: Observable;
  /** It is said what they are about: there are others beside it. */
  named?: boolean;
  /** The one module that is asked; left out: all. */
  module?: string;
}

export function RespondItems({ observable, named, module }: ItemsProps): ReactNode {
  const { type, value } = observable;
  const may = useMay('respond');
  const offered = useCall(
    respondObservables,
    { query: module ? { mids: module } : {}, body: [{ type, value }] },
    { enabled: may },
  );
  if (!may) return null;
  const { data = [], errors = [] } = offered.data ?? {};
  return (
    <>
      {!named && <Menu.Divider />}
      <Menu.Label>{named ? nameOf(observable) : 'Respond'}</Menu.Label>
      <div className={css.items}>
        {grouped(data).map((actions) => (
          <Item key={actions[0].url} actions={actions} observable={observable} />
        ))}
      </div>
      {offered.isPending && <Menu.Item disabled>Asking the modules…</Menu.Item>}
      {offered.error && <p className={css.note}>{offered.error.message}</p>}
      {errors.map((e) => (
        <p key={e.module_instance_id + e.code} className={css.note}>
          <Inert text={`${e.module}: ${e.message}`} />
        </p>
      ))}
      {offered.data && data.length + errors.length === 0 && (
        <Menu.Item disabled>No module can do anything about this</Menu.Item>
      )}
    </>
  );
}

/** A button with what can be done about these, for places that say what to do next. */
export function RespondMenu({
  observables,
  module,
}: Pick<ItemsProps, 'module'> & { observables: readonly Observable[] }): ReactNode {
  if (!useMay('respond') || observables.length === 0) return null;
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button size="compact-xs" variant="default" leftSection={<IconBolt size={13} />}>
          Respond
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={css.menu ?? ''}>
        {observables.map((observable) => (
          <RespondItems
            key={`${observable.type}:${observable.value}`}
            observable={observable}
            named
            {...(module ? { module } : {})}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Item(props: { actions: readonly [Action, ...Action[]]; observable: Observable }): ReactNode {
  const { actions, observable } = props;
  const { open } = useRespond();
  const [first] = actions;
  return (
    <Menu.Item
      leftSection={<IconBolt size={14} />}
      title={first.description}
      onClick={() => open(toOpen({ actions, observable }))}
    >
      <Inert text={first.title} />
      <span className={css.module}>
        <Inert text={whereOf(actions)} />
      </span>
    </Menu.Item>
  );
}

/** What is done in mailboxes has a dialog of its own, with a dry run. */
function toOpen(chosen: Chosen): Chosen | InMailboxes {
  const deed = deedIn(chosen.actions[0].id);
  return deed ? { messageIds: [chosen.observable.value], deed } : chosen;
}
