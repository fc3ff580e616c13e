import { Button, PasswordInput, TextInput } from '@mantine/core';
import { getState, setUp, whoAmI } from '@sightline/api';
import { IconCheck, IconPointFilled } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { Problem } from '../kit/problem.tsx';
import { Card } from './card.tsx';
import { passwordRules } from './password.ts';
import css from './session.module.css';

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
  const rules = passwordRules(form.password, form.again, form.name);
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
        <PasswordInput label="Password" autoComplete="new-password" {...field('password')} />
        <PasswordInput label="Repeat password" autoComplete="new-password" {...field('again')} />
        <ul className={css.rules} aria-label="Password rules">
          {rules.map((rule) => (
            <li key={rule.text} data-met={rule.met || undefined}>
              {rule.met ? <IconCheck size={13} /> : <IconPointFilled size={13} />}
              {rule.text}
            </li>
          ))}
        </ul>
        <Problem error={create.error} />
        <Button
          type="submit"
          size="sm"
          loading={create.isPending}
          disabled={!rules.every((rule) => rule.met)}
        >
          Create administrator
        </Button>
      </form>
    </Card>
  );
}
