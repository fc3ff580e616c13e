/** Saved views of a list, whose filter is in its address. */
import type { ViewPage } from '@sightline/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { putInForce, useViewOf } from './inforce.ts';
import { Views } from './menu.tsx';
import { PATHS } from './open.ts';

interface ListViewsProps {
  page: ViewPage;
  /** What it is narrowed to now; empty values are left out. */
  filter: Record<string, string>;
  tables: readonly string[];
}

export function ListViews({ page, filter, tables }: ListViewsProps): ReactNode {
  const view = useViewOf(page);
  const navigate = useNavigate();
  const bare = Object.keys(useSearch({ strict: false }) as object).length === 0;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !view) return;
    begun.current = true;
    if (!bare) return;
    putInForce(view);
    void navigate({ to: PATHS[page] as never, search: view.state.filter as never, replace: true });
  }, [view, bare, navigate, page]);
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  return <Views page={page} tables={tables} state={() => ({ filter: given })} />;
}
