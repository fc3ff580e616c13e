/** The appliance console: its pages, each loaded when it is first opened, in the frame with Commit Changes. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  redirect,
  useRouterState,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Problem } from '../kit/problem.tsx';
import { Shell } from '../kit/shell.tsx';
import { EmptyState, Page, Skeleton } from '../kit/states.tsx';
import { Guard } from '../session/guard.tsx';
import { Pending } from './config/pending.tsx';
import { FlashProvider } from './flash.tsx';
import { Menus } from './menus.tsx';
import {
  BOUNCE_PROFILES,
  CERTIFICATES,
  CLOUD,
  COMMIT,
  CONFIG_FILE,
  DELIVERY,
  DESTINATIONS,
  ENGINES,
  FLOW_POLICIES,
  HAT,
  HISTORY,
  INCOMING_FILTERS,
  INCOMING_POLICIES,
  LISTENERS,
  LISTS,
  MAIL_FLOW,
  MENUS,
  menuAt,
  OUTGOING_FILTERS,
  OUTGOING_POLICIES,
  OVERVIEW,
  PLACES,
  QUARANTINE_SETTINGS,
  QUARANTINES,
  QUEUE,
  RAT,
  SMTP_ROUTES,
  SUBMISSION,
  TRACE,
  TRACKING,
  USERS,
} from './places.ts';

const PRODUCT = 'Sightline appliance';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const page = <M extends Record<string, unknown>>(
  path: string,
  load: () => Promise<M>,
  name: string & keyof M,
) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: OVERVIEW });
  },
});

const routes = root.addChildren([
  home,
  page(OVERVIEW, () => import('./overview/page.tsx'), 'OverviewPage'),
  page(TRACKING, () => import('./tracking/page.tsx'), 'TrackingPage'),
  page(`${TRACKING}/$mid`, () => import('./tracking/details.tsx'), 'DetailsPage'),
  page(QUARANTINES, () => import('./quarantine/page.tsx'), 'QuarantinesPage'),
  page(QUARANTINE_SETTINGS, () => import('./quarantine/settings.tsx'), 'QuarantineSettingsPage'),
  page(`${QUARANTINES}/$mid`, () => import('./quarantine/message.tsx'), 'QuarantinedPage'),
  page(LISTS, () => import('./lists/page.tsx'), 'ListsPage'),
  page(LISTENERS, () => import('./receive/listeners.tsx'), 'ListenersPage'),
  page(CERTIFICATES, () => import('./receive/certificates.tsx'), 'CertificatesPage'),
  page(SUBMISSION, () => import('./receive/submission.tsx'), 'SubmissionPage'),
  page(HAT, () => import('./receive/groups.tsx'), 'HatPage'),
  page(FLOW_POLICIES, () => import('./receive/policies.tsx'), 'FlowPoliciesPage'),
  page(RAT, () => import('./receive/recipients.tsx'), 'RatPage'),
  page(MAIL_FLOW, () => import('./flow/page.tsx'), 'MailFlowPage'),
  page(INCOMING_POLICIES, () => import('./policies/page.tsx'), 'IncomingPoliciesPage'),
  page(OUTGOING_POLICIES, () => import('./policies/page.tsx'), 'OutgoingPoliciesPage'),
  page(INCOMING_FILTERS, () => import('./filters/page.tsx'), 'IncomingFiltersPage'),
  page(OUTGOING_FILTERS, () => import('./filters/page.tsx'), 'OutgoingFiltersPage'),
  page(ENGINES, () => import('./engines/page.tsx'), 'EnginesPage'),
  page(TRACE, () => import('./trace/page.tsx'), 'TracePage'),
  page(QUEUE, () => import('./queue/page.tsx'), 'QueuePage'),
  page(DELIVERY, () => import('./queue/status.tsx'), 'DeliveryStatusPage'),
  page(SMTP_ROUTES, () => import('./routes/routes.tsx'), 'SmtpRoutesPage'),
  page(DESTINATIONS, () => import('./routes/destinations.tsx'), 'DestinationsPage'),
  page(BOUNCE_PROFILES, () => import('./routes/bounces.tsx'), 'BounceProfilesPage'),
  page(CLOUD, () => import('./cloud/page.tsx'), 'CloudPage'),
  page(COMMIT, () => import('./config/commit.tsx'), 'CommitPage'),
  page(HISTORY, () => import('./config/history.tsx'), 'HistoryPage'),
  page(CONFIG_FILE, () => import('./config/file.tsx'), 'ConfigFilePage'),
  page(USERS, () => import('../users/pages.tsx'), 'UsersPage'),
  page('/account', () => import('../users/pages.tsx'), 'AccountPage'),
]);

/** Criteria stand in the address as plain text, so that people and programs can write such links. */
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

export function Console(): ReactNode {
  return (
    <FlashProvider>
      <RouterProvider router={router as never} />
    </FlashProvider>
  );
}

function Frame(): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Guard product={PRODUCT} organisation={false}>
      {(me, leave) => (
        <Shell
          product="Sightline"
          me={me}
          places={PLACES}
          rail={(menuAt(path) ?? MENUS[0])?.items}
          menus={<Menus me={me} path={path} />}
          extra={<Pending />}
          onLogOut={leave}
        >
          <Outlet />
        </Shell>
      )}
    </Guard>
  );
}

function NotFound(): ReactNode {
  return (
    <EmptyState title="There is no page at this address">
      The link may be old, or mistyped. The menus lead to every page.
    </EmptyState>
  );
}
