/** The response portal: its places and the pages behind them, each loaded when it is first opened. */

import type { Me } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import {
  IconBolt,
  IconBoxMultiple,
  IconBriefcase,
  IconBulb,
  IconCamera,
  IconCloud,
  IconFlame,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconRadar2,
  IconServerCog,
  IconUsers,
} from '@tabler/icons-react';

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  RouterProvider,
  useNavigate,
} from '@tanstack/react-router';
import { lazy, type ReactNode, useMemo } from 'react';
import { DeskKeys } from './desk/keys.tsx';
import { DeskEntries, DeskVerdict } from './desk/lazy.tsx';
import { DockButton, DockPlace } from './desk/place.tsx';
import { DeskProvider } from './desk/provider.tsx';
import { lastQuery } from './kit/last.ts';
import { typed } from './kit/observable.ts';
import type { Command } from './kit/palette.tsx';
import { PivotHeadProvider, type PivotItems, PivotItemsProvider, PivotProvider } from './kit/pivot.tsx';
import type { Place } from './kit/place.ts';
import { Problem } from './kit/problem.tsx';
import { Shell } from './kit/shell.tsx';
import { EmptyState, Page, Skeleton } from './kit/states.tsx';
import { RespondItems } from './respond/items.tsx';
import { RespondProvider } from './respond/provider.tsx';
import { Guard } from './session/guard.tsx';
import { useViewCommands } from './views/commands.tsx';

const PRODUCT = 'Sightline';

const PLACES: Place[] = [
  { to: '/dashboard', label: 'Dashboard', short: 'Home', icon: IconLayoutDashboard, handy: true, key: 'h' },
  {
    to: '/investigate',
    label: 'Investigate',
    icon: IconRadar2,
    handy: true,
    needs: 'investigate',
    key: 'i',
  },
  { to: '/snapshots', label: 'Snapshots', icon: IconCamera, needs: 'investigate', key: 's' },
  {
    to: '/intelligence',
    label: 'Intelligence',
    short: 'Intel',
    icon: IconBulb,
    needs: 'intel:read',
    key: 't',
  },
  {
    to: '/casebooks',
    label: 'Casebooks',
    short: 'Cases',
    icon: IconBriefcase,
    handy: true,
    needs: 'intel:read',
    key: 'c',
  },
  { to: '/incidents', label: 'Incidents', icon: IconFlame, handy: true, needs: 'intel:read', key: 'n' },
  {
    to: '/responses',
    label: 'Actions Taken',
    short: 'Actions',
    icon: IconBolt,
    needs: 'investigate',
    key: 'a',
  },
  { to: '/modules', label: 'Modules', icon: IconBoxMultiple, needs: 'module:read', key: 'm' },
  { to: '/devices', label: 'Devices', icon: IconServerCog, key: 'd' },
  { to: '/cloud-services', label: 'Cloud Services', short: 'Services', icon: IconCloud },
  { to: '/clients', label: 'API Clients', short: 'Clients', icon: IconKey, needs: 'client:read' },
  { to: '/audit', label: 'Audit Log', short: 'Audit', icon: IconHistory, needs: 'audit:read' },
  { to: '/users', label: 'Users', icon: IconUsers, needs: 'user:read' },
];

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const investigatePage = () => import('./investigate/page.tsx');
const dashboardPage = () => import('./dashboard/page.tsx');
const mailPage = () => import('./dashboard/mail.tsx');
const modulePages = () => import('./modules/pages.tsx');
const clientPages = () => import('./clients/pages.tsx');
const Enrol = lazy(() => import('./users/enrol.tsx'));
const userPages = () => import('./users/portal.tsx');

const page = <P extends string, M extends Record<string, unknown>>(
  path: P,
  load: () => Promise<M>,
  name: string & keyof M,
) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
});

/** The query, or a kept investigation; whom to ask (ids with commas between), how far back, at once or by hand. */
interface InvestigateSearch {
  q?: string;
  snapshot?: string;
  mode?: string;
  modules?: string;
  days?: string;
}

const investigate = createRoute({
  getParentRoute: () => root,
  path: '/investigate',
  validateSearch: (search: Record<string, unknown>): InvestigateSearch =>
    Object.fromEntries(
      ['q', 'snapshot', 'mode', 'modules', 'days']
        .map((name) => [name, search[name]] as const)
        .filter(([, value]) => typeof value === 'string'),
    ),
  component: lazyRouteComponent(investigatePage, 'InvestigatePage'),
});

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: (search: Record<string, unknown>): { device?: string; kind?: string } => ({
    ...(typeof search.device === 'string' && { device: search.device }),
    ...(typeof search.kind === 'string' && { kind: search.kind }),
  }),
  component: lazyRouteComponent(() => import('./devices/events.tsx'), 'EventsPage'),
});

const routes = root.addChildren([
  start,
  investigate,
  page('/dashboard', dashboardPage, 'DashboardPage'),
  page('/mail', mailPage, 'MailPage'),
  page('/devices', () => import('./devices/devices.tsx'), 'DevicesPage'),
  page('/cloud-services', () => import('./devices/services.tsx'), 'CloudServicesPage'),
  events,
  page('/regions', () => import('./devices/regions.tsx'), 'RegionsPage'),
  page('/audit', () => import('./devices/audit.tsx'), 'AuditPage'),
  page('/snapshots', () => import('./snapshots/pages.tsx'), 'SnapshotsPage'),
  page('/intelligence', () => import('./intel/intelligence.tsx'), 'IntelligencePage'),
  page('/casebooks', () => import('./intel/casebooks.tsx'), 'CasebooksPage'),
  page('/casebooks/$id', () => import('./intel/casebook.tsx'), 'CasebookPage'),
  page('/incidents', () => import('./intel/incidents.tsx'), 'IncidentsPage'),
  page('/incidents/$id', () => import('./intel/incident.tsx'), 'IncidentPage'),
  page('/responses', () => import('./respond/page.tsx'), 'TakenPage'),
  page('/modules', modulePages, 'ModulesPage'),
  page('/modules/new', modulePages, 'NewModulePage'),
  page('/modules/$id', modulePages, 'EditModulePage'),
  page('/modules/$id/messages/$mid', modulePages, 'MessagePage'),
  page('/clients', clientPages, 'ClientsPage'),
  page('/users', userPages, 'PortalUsersPage'),
  page('/sessions', () => import('./users/sessions.tsx'), 'SessionsPage'),
  page('/organisation', () => import('./users/organisation.tsx'), 'OrganisationPage'),
  page('/account', userPages, 'PortalAccountPage'),
  page('/authorize', clientPages, 'AuthorizePage'),
]);

/** `?q=` carries text as it is, so that links written by other tools work. */
const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Skeleton rows={8} />,
  defaultErrorComponent: ({ error }) => (
    <Page title="This page failed">
      <Problem error={error} retry={() => window.location.reload()} />
    </Page>
  ),
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const query = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]));
    return query.size > 0 ? `?${query}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

export function Portal(): ReactNode {
  return <RouterProvider router={router} />;
}

function Home(): ReactNode {
  return <Navigate to={'/dashboard' as never} replace />;
}

function Inside({ me, leave }: { me: Me; leave: () => void }): ReactNode {
  const navigate = useNavigate();
  const views = useViewCommands();
  const investigating = (text: string): Command => ({
    id: 'text:investigate',
    label: `Investigate ${text}`,
    icon: <IconRadar2 size={16} stroke={1.6} />,
    run: () => void navigate({ to: '/investigate', search: { q: text } }),
  });
  return (
    <Shell
      product={PRODUCT}
      me={me}
      places={PLACES}
      onLogOut={leave}
      withText={(text) => (text.trim() === '' ? views : [...views, investigating(text)])}
      extra={
        <>
          <DeskKeys />
          <DockButton />
        </>
      }
      dock={<DockPlace />}
    >
      <Outlet />
    </Shell>
  );
}

function Frame(): ReactNode {
  return (
    <Guard product={PRODUCT} organisation enrol={Enrol}>
      {(me, leave) => (
        <WithPivots>
          <Inside me={me} leave={leave} />
        </WithPivots>
      )}
    </Guard>
  );
}

/** What the menu of an observable holds beyond copying and investigating. */
const PIVOT_ITEMS: readonly PivotItems[] = [DeskEntries, RespondItems];

/** Every observable on every page can be investigated. */
function WithPivots({ children }: { children: ReactNode }): ReactNode {
  const navigate = useNavigate();
  const pivots = useMemo(
    () => ({
      investigate: (observable: Observable) =>
        void navigate({ to: '/investigate', search: { q: typed(observable) } }),
      add: (observable: Observable) =>
        void navigate({
          to: '/investigate',
          search: { q: [lastQuery(), typed(observable)].filter(Boolean).join('\n') },
        }),
    }),
    [navigate],
  );
  return (
    <DeskProvider>
      <RespondProvider>
        <PivotHeadProvider value={DeskVerdict}>
          <PivotItemsProvider value={PIVOT_ITEMS}>
            <PivotProvider value={pivots}>{children}</PivotProvider>
          </PivotItemsProvider>
        </PivotHeadProvider>
      </RespondProvider>
    </DeskProvider>
  );
}

function NotFound(): ReactNode {
  return (
    <EmptyState title="There is no page at this address">
      The link may be old, or mistyped. The bar at the left leads to every page.
    </EmptyState>
  );
}
