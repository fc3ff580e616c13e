/** Lets nobody past without a session: setup on the first start, then login, then the program. */
import { getState, logOut, type Me, whoAmI } from '@sightline/api';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, Suspense, useEffect, useState } from 'react';
import { isLoggedOut, keyOf, useAct, useCall } from '../kit/call.ts';
import { MeProvider } from '../kit/may.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { Problem } from '../kit/problem.tsx';
import { Card } from './card.tsx';
import { Login } from './login.tsx';
import { Setup } from './setup.tsx';
import { WELCOME, Welcome } from './welcome.tsx';

interface GuardProps {
  product: string;
  /** Setup asks for an organisation, and people may log in in other ways than with a password (the hub). */
  organisation: boolean;
  /** Sets up a second factor, where somebody needs one before anything else. */
  enrol?: ComponentType<{ name: string; onDone: () => void }>;
  children: (me: Me, leave: () => void) => ReactNode;
}

export function Guard({ product, organisation, enrol, children }: GuardProps): ReactNode {
  const state = useCall(getState);
  const me = useCall(whoAmI, undefined, { enabled: state.data?.setUp === true });
  const queries = useQueryClient();
  const leaving = useAct(logOut, { refresh: [whoAmI], onDone: () => forget(queries) });
  const [invited, setInvited] = useState(() => location.pathname === WELCOME);
  const place = state.data?.place;
  useEffect(() => {
    document.title = place ? `${product} · ${place}` : product;
  }, [product, place]);

  if (!state.data) {
    if (!state.error) return null;
    return (
      <Card product={product} title="Not reachable">
        <Problem error={state.error} retry={() => void state.refetch()} />
      </Card>
    );
  }
  if (!state.data.setUp)
    return (
      <Setup product={product} place={place ?? ''} version={state.data.version} organisation={organisation} />
    );
  if (invited)
    return (
      <Welcome
        product={product}
        foot={`${place} · version ${state.data.version}`}
        onLeave={() => {
          history.replaceState(null, '', '/');
          setInvited(false);
        }}
      />
    );
  if (isLoggedOut(me.error))
    return <Login product={product} place={place ?? ''} version={state.data.version} signOn={organisation} />;
  if (me.data?.must && enrol) return <Enrolment product={product} me={me.data} enrol={enrol} />;
  if (me.data)
    return (
      <MeProvider me={me.data}>
        {children(me.data, () => leaving.mutate({}, { onError: notifyProblem }))}
      </MeProvider>
    );
  if (!me.error) return null;
  return (
    <Card product={product} title="Not reachable">
      <Problem error={me.error} retry={() => void me.refetch()} />
    </Card>
  );
}

/** The organisation wants a second factor of everybody. */
function Enrolment({
  product,
  me,
  enrol: Enrol,
}: {
  product: string;
  me: Me;
  enrol: NonNullable<GuardProps['enrol']>;
}): ReactNode {
  return (
    <Card
      product={product}
      title="One more step"
      foot={`${me.organisation} asks everybody for a second factor`}
    >
      <Suspense fallback={null}>
        <Enrol name={me.name} onDone={() => {}} />
      </Suspense>
    </Card>
  );
}

/** Nothing that the last user saw may be there for the next one. */
function forget(queries: QueryClient): void {
  const stays = [keyOf(getState).join(), keyOf(whoAmI).join()];
  queries.removeQueries({ predicate: (query) => !stays.includes(query.queryKey.join()) });
}
