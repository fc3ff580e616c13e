/** Calls endpoints from components: TanStack Query around the typed client of the page's own origin. */
import { type Answer, client, type Endpoint, Fault, type Input } from '@sightline/api';
import {
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { notify } from './notify.ts';

export const call = client({ base: '' });

/** Key of an endpoint's cached answers; without an input it covers all of them. */
export const keyOf = (endpoint: Endpoint, input?: unknown): unknown[] =>
  input === undefined ? [endpoint.method, endpoint.path] : [endpoint.method, endpoint.path, input];

export interface CallOptions {
  /** Milliseconds between calls while the page is visible. */
  every?: number | false;
  enabled?: boolean;
}

/** `const devices = useCall(listDevices, { query: { search } })`: data, error (a Fault), isPending, refetch. */
export function useCall<E extends Endpoint>(
  endpoint: E,
  input?: Input<E>,
  options: CallOptions = {},
): UseQueryResult<Answer<E>, Error> {
  return useQuery<Answer<E>, Error>({
    queryKey: [...keyOf(endpoint, input)],
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
  });
}

export interface ActOptions<E extends Endpoint> {
  /** Endpoints whose answers change by this act. */
  refresh?: Endpoint[];
  /** Sentence of the notification on success. */
  done?: string | ((answer: Answer<E>) => string);
  onDone?: (answer: Answer<E>) => void;
}

/** `const remove = useAct(deleteDevice, { refresh: [listDevices] }); remove.mutate({ params: { id } })` */
export function useAct<E extends Endpoint>(
  endpoint: E,
  options: ActOptions<E> = {},
): UseMutationResult<Answer<E>, Error, Input<E>> {
  const queries = useQueryClient();
  return useMutation<Answer<E>, Error, Input<E>>({
    mutationFn: (input) => call(endpoint, input),
    onSuccess: async (answer) => {
      if (options.done) notify(typeof options.done === 'function' ? options.done(answer) : options.done);
      options.onDone?.(answer);
      await refresh(queries, options.refresh ?? []);
    },
  });
}

async function refresh(queries: QueryClient, endpoints: Endpoint[]): Promise<void> {
  await Promise.all(endpoints.map((e) => queries.invalidateQueries({ queryKey: keyOf(e) })));
}

/** Faults that a second try cannot mend. */
export const isFinal = (error: unknown): boolean => error instanceof Fault && error.status < 500;

/** The session has ended: the guard shows the login page. */
export const isLoggedOut = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'not_logged_in';

/** Message of the field at `path` in a fault, for a form's `error` property. */
export const fieldProblem = (error: unknown, path: string): string | undefined =>
  error instanceof Fault ? error.fields?.find((field) => field.path === path)?.message : undefined;
