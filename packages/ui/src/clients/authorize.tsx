/** An application has sent the browser here: the person who is logged in lets it act for him, or not. */
import { Button } from '@mantine/core';
import { type AuthorizationAsked, decideAuthorization, lookAtAuthorization } from '@sightline/api';
import type { ReactNode } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMe } from '../kit/may.tsx';
import { Problem } from '../kit/problem.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import css from './clients.module.css';
import { textOf } from './scopes.ts';

const FIELDS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;

/** The request as it stands in the address. */
function asked(): AuthorizationAsked {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(FIELDS.map((name) => [name, query.get(name) ?? ''])) as AuthorizationAsked;
}

export function AuthorizePage(): ReactNode {
  const request = asked();
  const seen = useCall(lookAtAuthorization, { query: request });
  const me = useMe();
  const decide = useAct(decideAuthorization, { onDone: ({ redirect }) => location.assign(redirect) });
  const answer = (approved: boolean): void => decide.mutate({ body: { ...request, approved } });
  return (
    <Page title="Let an application act for you?">
      <Loaded of={seen} rows={4}>
        {({ name, description, redirectHost, scopes, beyond }) => (
          <section className={`panel ${css.consent} ${css.stack}`} aria-label="Consent">
            <div>
              <strong>
                <Inert text={name} />
              </strong>{' '}
              wants to use this portal as {me?.name} of {me?.organisation}.
              {description && (
                <div className="muted">
                  <Inert text={description} />
                </div>
              )}
            </div>
            <ul>
              {scopes.map((scope) => (
                <li key={scope}>
                  {textOf(scope)} <span className="mono muted">{scope}</span>
                  {beyond.includes(scope) && (
                    <span className="muted"> — your role does not allow this, so neither may it</span>
                  )}
                </li>
              ))}
            </ul>
            <p className="muted">
              The answer goes to <Inert text={redirectHost} />. You can stop the application at any time under
              My account.
            </p>
            <Problem error={decide.error} />
            <div className={css.buttons}>
              <Button variant="default" loading={decide.isPending} onClick={() => answer(false)}>
                Do not allow
              </Button>
              <Button loading={decide.isPending} onClick={() => answer(true)}>
                Allow
              </Button>
            </div>
          </section>
        )}
      </Loaded>
    </Page>
  );
}
