import { Button, PasswordInput, TextInput } from '@mantine/core';
import { CATALOGUE, Fault, type FaultCode, listSignOn, logIn, startSignOn, whoAmI } from '@sightline/api';
import { IconLogin2 } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { Card } from './card.tsx';
import css from './session.module.css';

interface LoginProps {
  product: string;
  place: string;
  version: string;
  /** There may be other ways in than a password. */
  signOn: boolean;
}

export function Login({ product, place, version, signOn }: LoginProps): ReactNode {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [told] = useState(problemOfAddress);
  const login = useAct(logIn, { refresh: [whoAmI], onDone: forgetProblem });
  const needsCode = isCode(login.error) || code !== '';
  const send = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate({ body: { name, password, ...(code === '' ? {} : { code }) } });
  };
  return (
    <Card product={product} title="Log in" foot={`${place} · version ${version}`}>
      {!login.error && <Problem error={told} />}
      <form onSubmit={send}>
        <TextInput
          label="User name"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          readOnly={needsCode}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          readOnly={needsCode}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {needsCode && (
          <TextInput
            label="Code"
            description="Of your authenticator, or a recovery code."
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            maxLength={64}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {!(isCode(login.error) && code === '') && <Problem error={login.error} />}
        <Button type="submit" size="sm" loading={login.isPending}>
          Log in
        </Button>
      </form>
      {signOn && !needsCode && <OtherWays />}
    </Card>
  );
}

const isCode = (error: unknown): boolean =>
  error instanceof Fault && (error.code === 'second_factor_needed' || error.code === 'second_factor_wrong');

/** Through a provider: a link, because the browser has to go there. */
function OtherWays(): ReactNode {
  const { data } = useCall(listSignOn);
  if (!data || data.providers.length === 0) return null;
  return (
    <div className={css.ways}>
      <span className="muted">or</span>
      {data.providers.map(({ id, label }) => (
        <Button
          key={id}
          component="a"
          href={startSignOn.path.replace(':id', encodeURIComponent(id))}
          variant="default"
          size="sm"
          leftSection={<IconLogin2 size={15} />}
        >
          Log in with {label}
        </Button>
      ))}
    </div>
  );
}

/** Why a provider has sent the browser back without a login. */
function problemOfAddress(): Fault | undefined {
  const { problem = '', ...details } = Object.fromEntries(new URLSearchParams(location.search));
  return Object.hasOwn(CATALOGUE, problem) ? new Fault(problem as FaultCode, details) : undefined;
}

function forgetProblem(): void {
  if (new URLSearchParams(location.search).has('problem')) history.replaceState(null, '', location.pathname);
}
