/** Saved views of a page: choose one, keep how the page is now, begin with it, share it. */
import { Button, Menu } from '@mantine/core';
import { listViews, type ViewPage, type ViewState } from '@sightline/api';
import { IconBookmark, IconPlus, IconSettings } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useViewOf } from './inforce.ts';
import { useOpenView } from './open.ts';
import css from './views.module.css';

const Dialog = lazy(() => import('./dialog.tsx'));

interface ViewsProps {
  page: ViewPage;
  /** Names of its tables. */
  tables: readonly string[];
  /** What of the page is kept beside columns and density. */
  state: () => Pick<ViewState, 'filter' | 'investigate'>;
}

export function Views({ page, tables, state }: ViewsProps): ReactNode {
  const [doing, setDoing] = useState<'save' | 'manage'>();
  const { data } = useCall(listViews);
  const open = useOpenView();
  const now = useViewOf(page);
  const close = (): void => setDoing(undefined);
  const list = (data?.views ?? []).filter((view) => view.page === page);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={14} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={css.menu ?? ''}>
          {list.length === 0 && <Menu.Label>No saved view yet</Menu.Label>}
          {list.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => open(view)}
              aria-current={view.id === now?.id || undefined}
              rightSection={view.first ? <span className={css.note}>first</span> : undefined}
            >
              <Inert text={view.name} />
              {!view.own && (
                <span className={css.note}>
                  by <Inert text={view.by} />
                </span>
              )}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => setDoing('save')}>
            Save this view…
          </Menu.Item>
          {list.some(({ own }) => own) && (
            <Menu.Item leftSection={<IconSettings size={14} />} onClick={() => setDoing('manage')}>
              Manage views…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {doing && (
        <Suspense>
          <Dialog doing={doing} page={page} tables={tables} state={state} list={list} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
