import { Button, TextInput } from '@mantine/core';
import { getState, setUp, whoAmI } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { Card } from './card.tsx';
import { isGood, NewPasswordFields } from './newpassword.tsx';

interface SetupProps {
  product: string;
  place: string;
  version: string;
  /** The program asks for the name of the organisation; the appliance does not. */
  organisation: boolean;
}

/** First start: the person with access to the log makes the first administrator. */
export function Setup({ product, place, version, organisation }: SetupProps): ReactNode {
  const [form, setForm] = useState(() => ({
    token: new URLSearchParams(location.search).get('token') ?? '',
    name: '',
    password: '',
    again: '',
    organisation: '',
  }));
  const create = useAct(setUp, {
    refresh: [getState, whoAmI],
    onDone: () => history.replaceState(null, '', '/'),
  });
  const field = (key: keyof typeof form) => ({
    value: form[key],
    required: true,
    withAsterisk: false,
    error: fieldProblem(create.error, key),
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      setForm((now) => ({ ...now, [key]: value }));
    },
  });
  const send = (): void => {
    const { token, name, password } = form;
    const extra = organisation ? { organisation: form.organisation } : {};
    create.mutate({ body: { token: token.trim(), name, password, ...extra } });
  };
  return (
    <Card product={product} title="Set up" foot={`${place} · version ${version}`}>
      <p className="muted" style={{ margin: 0 }}>
        This makes the first administrator. The setup token is printed in the log at the start of this
        program.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextInput label="Setup token" autoComplete="off" {...field('token')} />
        {organisation && (
          <TextInput label="Organisation" autoComplete="organization" {...field('organisation')} />
        )}
        <TextInput label="User name" autoComplete="username" {...field('name')} />
        <NewPasswordFields
          value={form}
          name={form.name}
          error={fieldProblem(create.error, 'password')}
          onChange={(value) => setForm((now) => ({ ...now, ...value }))}
        />
        <Problem error={create.error} />
        <Button type="submit" size="sm" loading={create.isPending} disabled={!isGood(form, form.name)}>
          Create administrator
        </Button>
      </form>
    </Card>
  );
}
