/** The tabs of the exchange, above each of its pages. */
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import css from './devices.module.css';

const TABS = [
  ['/devices', 'Devices'],
  ['/cloud-services', 'Cloud Services'],
  ['/events', 'Events'],
  ['/regions', 'Regions'],
  ['/audit', 'Audit Log'],
] as const;

export function ExchangeTabs(): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav className={css.tabs} aria-label="Exchange">
      {TABS.map(([to, label]) => (
        <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
