import { PasswordInput } from '@mantine/core';
import { IconCheck, IconPointFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { passwordRules } from './password.ts';
import css from './session.module.css';

export interface NewPassword {
  password: string;
  again: string;
}
export const NO_PASSWORD: NewPassword = { password: '', again: '' };

/** Whether every rule is met. */
export const isGood = ({ password, again }: NewPassword, name: string): boolean =>
  passwordRules(password, again, name).every((rule) => rule.met);

interface NewPasswordProps {
  value: NewPassword;
  /** Of the user whose password it will be. */
  name: string;
  error?: string | undefined;
  label?: string;
  onChange: (value: NewPassword) => void;
}

/** A new password twice, and the rules as they are met. */
export function NewPasswordFields({ value, name, error, label, onChange }: NewPasswordProps): ReactNode {
  const field = (key: keyof NewPassword) => ({
    value: value[key],
    required: true,
    withAsterisk: false,
    autoComplete: 'new-password',
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ ...value, [key]: event.currentTarget.value }),
  });
  return (
    <>
      <PasswordInput label={label ?? 'Password'} error={error} {...field('password')} />
      <PasswordInput label={`Repeat ${(label ?? 'password').toLowerCase()}`} {...field('again')} />
      <ul className={css.rules} aria-label="Password rules">
        {passwordRules(value.password, value.again, name).map((rule) => (
          <li key={rule.text} data-met={rule.met || undefined}>
            {rule.met ? <IconCheck size={13} /> : <IconPointFilled size={13} />}
            {rule.text}
          </li>
        ))}
      </ul>
    </>
  );
}
