import { Button, PasswordInput, TextInput } from '@mantine/core';
import { logIn, whoAmI } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { Card } from './card.tsx';

interface LoginProps {
  product: string;
  place: string;
  version: string;
}

export function Login({ product, place, version }: LoginProps): ReactNode {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const login = useAct(logIn, { refresh: [whoAmI] });
  return (
    <Card product={product} title="Log in" foot={`${place} · version ${version}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate({ body: { name, password } });
        }}
      >
        <TextInput
          label="User name"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Problem error={login.error} />
        <Button type="submit" size="sm" loading={login.isPending}>
          Log in
        </Button>
      </form>
    </Card>
  );
}
