import { getConfig } from '@sightline/api';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../../kit/call.ts';
import { useMay } from '../../kit/may.tsx';
import css from '../console.module.css';
import { COMMIT } from '../places.ts';

/** Always in the top bar: what is submitted and not live yet. */
export function Pending(): ReactNode {
  const mayRead = useMay('config:read');
  const config = useCall(getConfig, undefined, { every: 10_000, enabled: mayRead });
  const from = useRouterState({ select: (state) => state.location.href });
  const changes = config.data?.changes.length ?? 0;
  if (!mayRead) return null;
  if (changes === 0)
    return (
      <span className={css.pending}>
        <span>
          No Changes<span className={css.long}> Pending</span>
        </span>
      </span>
    );
  const search = from.startsWith(COMMIT) ? {} : { from };
  return (
    <Link
      to={COMMIT}
      search={search as never}
      className={css.pending}
      data-changes
      aria-label={`Commit Changes » ${changes} uncommitted`}
    >
      <span>
        Commit<span className={css.long}> Changes</span> »
      </span>
      <span className={css.count}>{changes}</span>
    </Link>
  );
}
