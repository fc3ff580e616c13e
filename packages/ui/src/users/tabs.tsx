/** The tabs of what belongs to people, above each of its pages in the portal. */
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import css from '../devices/devices.module.css';
import { useMay } from '../kit/may.tsx';

const TABS = [
  ['/users', 'Users', 'user:read'],
  ['/sessions', 'Sessions', 'user:read'],
  ['/organisation', 'Organisation', 'organisation:write'],
] as const;

export function PeopleTabs(): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const mayOrganise = useMay('organisation:write');
  return (
    <nav className={css.tabs} aria-label="People">
      {TABS.filter(([, , needs]) => needs === 'user:read' || mayOrganise).map(([to, label]) => (
        <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
