import { Button } from '@mantine/core';
import { acceptLink, lookAtLink, whoAmI } from '@sightline/api';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, fieldProblem, useAct } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { Loaded } from '../kit/states.tsx';
import { Card } from './card.tsx';
import { isGood, NewPasswordFields, NO_PASSWORD } from './newpassword.tsx';

/** Where one-time links lead. The token stands behind `#`, so that no server writes it down. */
export const WELCOME: string = '/welcome';

interface WelcomeProps {
  product: string;
  foot: string;
  /** The page is left, by logging in or without. */
  onLeave: () => void;
}

/** Somebody came with a one-time link and chooses a password. */
export function Welcome({ product, foot, onLeave }: WelcomeProps): ReactNode {
  const [token] = useState(() => location.hash.slice(1));
  const who = useQuery({
    queryKey: ['welcome', token],
    queryFn: () => call(lookAtLink, { body: { token } }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Card product={product} title={who.data ? `Welcome, ${who.data.name}` : 'Welcome'} foot={foot}>
      {who.error ? (
        <>
          <Problem error={who.error} />
          <Button variant="default" onClick={onLeave}>
            To the login
          </Button>
        </>
      ) : (
        <Loaded of={who} rows={4}>
          {({ name, organisation }) => (
            <Choose name={name} organisation={organisation} token={token} onDone={onLeave} />
          )}
        </Loaded>
      )}
    </Card>
  );
}

interface ChooseProps {
  name: string;
  organisation: string;
  token: string;
  onDone: () => void;
}

function Choose({ name, organisation, token, onDone }: ChooseProps): ReactNode {
  const [value, setValue] = useState(NO_PASSWORD);
  const accept = useAct(acceptLink, { refresh: [whoAmI], onDone });
  return (
    <>
      <p className="muted" style={{ margin: 0 }}>
        Choose a password for <strong>{name}</strong>
        {organisation && ` at ${organisation}`}. The link works this once.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate({ body: { token, password: value.password } });
        }}
      >
        <input type="text" autoComplete="username" value={name} readOnly hidden />
        <NewPasswordFields
          value={value}
          name={name}
          error={fieldProblem(accept.error, 'password')}
          onChange={setValue}
        />
        <Problem error={accept.error} />
        <Button type="submit" size="sm" loading={accept.isPending} disabled={!isGood(value, name)}>
          Set password and log in
        </Button>
      </form>
    </>
  );
}
