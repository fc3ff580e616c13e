/** What surrounds both programs: theme, queries, notifications, zone of times. */
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './theme.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { getState, whoAmI } from '@sightline/api';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { call, isFinal, isLoggedOut, keyOf } from './call.ts';
import { schemeManager, theme } from './theme.ts';
import { ZoneProvider } from './when.tsx';

function queryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isLoggedOut(error) && query.queryKey[1] !== whoAmI.path)
          void queries.invalidateQueries({ queryKey: keyOf(whoAmI) });
      },
    }),
    defaultOptions: {
      queries: { staleTime: 5000, retry: (failures, error) => failures < 2 && !isFinal(error) },
    },
  });
  // Who is there is asked before any page is loaded, not after.
  for (const endpoint of [getState, whoAmI])
    void queries.prefetchQuery({
      queryKey: keyOf(endpoint),
      queryFn: ({ signal }) => call<typeof getState | typeof whoAmI>(endpoint, undefined, { signal }),
      retry: false,
    });
  return queries;
}

/** Mounts a program into the page. */
export function start(program: ReactNode): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no #root');
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        defaultColorScheme="dark"
        colorSchemeManager={schemeManager}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={queryClient()}>
          <ZoneProvider>
            <Notifications position="bottom-right" limit={4} />
            {program}
          </ZoneProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
