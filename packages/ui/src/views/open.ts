/** Putting a page into a saved view. */
import type { SavedView, ViewPage } from '@sightline/api';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import { putInForce } from './inforce.ts';

export const PATHS: Record<ViewPage, string> = {
  investigate: '/investigate',
  intelligence: '/intelligence',
  casebooks: '/casebooks',
  incidents: '/incidents',
};

/** Goes to the page of the view; an investigation that is open there stays, asked as the view has it. */
export function useOpenView(): (view: SavedView) => void {
  const navigate = useNavigate();
  const { pathname, search } = useRouterState({ select: (state) => state.location });
  const { q, snapshot } = search as { q?: string; snapshot?: string };
  return useCallback(
    (view) => {
      putInForce(view);
      const to = PATHS[view.page];
      const here = view.page === 'investigate' && pathname === to;
      // A kept investigation, or one too long for an address, is not asked again.
      if (here && (q === undefined || snapshot !== undefined)) return;
      const search = { ...(here ? { q } : {}), ...view.state.filter };
      void navigate({ to: to as never, search: search as never });
    },
    [navigate, pathname, q, snapshot],
  );
}
