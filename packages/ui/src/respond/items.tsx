/** What the modules can do about an observable, as items of its menu. */
import { Menu } from '@mantine/core';
import { type Action, respondObservables } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { IconBolt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { grouped, whereOf } from './offers.ts';
import { useRespond } from './provider.tsx';
import css from './respond.module.css';

export function RespondItems({ observable }: { observable: Observable }): ReactNode {
  const { type, value } = observable;
  const may = useMay('respond');
  const offered = useCall(respondObservables, { query: {}, body: [{ type, value }] }, { enabled: may });
  if (!may) return null;
  const { data = [], errors = [] } = offered.data ?? {};
  return (
    <>
      <Menu.Divider />
      <Menu.Label>Respond</Menu.Label>
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

function Item(props: { actions: readonly [Action, ...Action[]]; observable: Observable }): ReactNode {
  const { actions, observable } = props;
  const { open } = useRespond();
  const [first] = actions;
  return (
    <Menu.Item
      leftSection={<IconBolt size={14} />}
      title={first.description}
      onClick={() => open({ actions, observable })}
    >
      <Inert text={first.title} />
      <span className={css.module}>
        <Inert text={whereOf(actions)} />
      </span>
    </Menu.Item>
  );
}
