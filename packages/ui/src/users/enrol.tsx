/** Switching a second factor on: password, QR code, first code, recovery codes. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type Answer, beginSecondFactor, confirmSecondFactor, getAccount, whoAmI } from '@sightline/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, keyOf, useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { saveFile } from '../kit/save.ts';
import { QrCode } from './qr.tsx';
import css from './users.module.css';

type Begun = Answer<typeof beginSecondFactor>;

interface EnrolProps {
  /** Name of the account, for the browser's password store. */
  name: string;
  onDone: () => void;
  onCancel?: () => void;
}

export default function Enrol({ name, onDone, onCancel }: EnrolProps): ReactNode {
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<string[]>();
  const queries = useQueryClient();
  const done = (): void => {
    for (const endpoint of [whoAmI, getAccount])
      void queries.invalidateQueries({ queryKey: keyOf(endpoint) });
    onDone();
  };
  if (codes) return <RecoveryCodes codes={codes} onClose={done} />;
  if (begun) return <Confirm begun={begun} onCodes={setCodes} {...(onCancel ? { onCancel } : {})} />;
  return <Begin name={name} onBegun={setBegun} {...(onCancel ? { onCancel } : {})} />;
}

function Begin({
  name,
  onBegun,
  onCancel,
}: {
  name: string;
  onBegun: (begun: Begun) => void;
  onCancel?: () => void;
}): ReactNode {
  const [password, setPassword] = useState('');
  const begin = useAct(beginSecondFactor, { onDone: onBegun });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    begin.mutate({ body: { password } });
  };
  const problem = fieldProblem(begin.error, 'password');
  return (
    <form className={css.stack} onSubmit={send}>
      <p className={css.flush}>
        With a second factor nobody can log in with your password alone. You need an authenticator: an app on
        your telephone that shows a new code every half minute.
      </p>
      <input type="text" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        data-autofocus
        required
        withAsterisk={false}
        value={password}
        error={problem}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      {!problem && <Problem error={begin.error} />}
      <Buttons verb="Continue" busy={begin.isPending} ready={password !== ''} onCancel={onCancel} />
    </form>
  );
}

function Buttons({
  verb,
  busy,
  ready,
  onCancel,
}: {
  verb: string;
  busy: boolean;
  ready: boolean;
  onCancel?: (() => void) | undefined;
}): ReactNode {
  return (
    <div className={css.buttons}>
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      )}
      <Button type="submit" loading={busy} disabled={!ready}>
        {verb}
      </Button>
    </div>
  );
}

function Confirm({
  begun,
  onCodes,
  onCancel,
}: {
  begun: Begun;
  onCodes: (codes: string[]) => void;
  onCancel?: () => void;
}): ReactNode {
  const [code, setCode] = useState('');
  const confirm = useAct(confirmSecondFactor, { onDone: (answer) => onCodes(answer.codes) });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    confirm.mutate({ body: { code } });
  };
  return (
    <form className={css.stack} onSubmit={send}>
      <p className={css.flush}>Scan this with your authenticator, or type the key into it.</p>
      <QrCode text={begun.uri} label="QR code for your authenticator" />
      <div className={css.link}>
        <TextInput
          label="Key"
          readOnly
          value={begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}
          classNames={{ input: css.mono }}
          onFocus={(e) => e.currentTarget.select()}
        />
        <CopyButton text={begun.secret} label="Copy" />
      </div>
      <CodeInput value={code} onChange={setCode} label="Code that it shows" />
      <Problem error={confirm.error} />
      <Buttons
        verb="Switch on"
        busy={confirm.isPending}
        ready={code.replace(/\s/g, '').length === 6}
        onCancel={onCancel}
      />
    </form>
  );
}

export function CodeInput({
  value,
  onChange,
  label,
  description,
}: {
  value: string;
  onChange: (code: string) => void;
  label: string;
  description?: string;
}): ReactNode {
  return (
    <TextInput
      label={label}
      description={description}
      autoComplete="one-time-code"
      inputMode="numeric"
      autoFocus
      maxLength={64}
      classNames={{ input: css.mono }}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}

/** The codes, this once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }): ReactNode {
  const text = `${codes.join('\n')}\n`;
  return (
    <div className={css.stack}>
      <div className={css.warning} role="note">
        <IconAlertTriangle size={17} aria-hidden />
        <span>
          Keep these recovery codes where you find them without your telephone. Each lets you log in once.
          They are shown this once.
        </span>
      </div>
      <ul className={css.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code} className={css.mono}>
            {code}
          </li>
        ))}
      </ul>
      <div className={css.buttons}>
        <CopyButton text={text} label="Copy all" />
        <Button variant="default" onClick={() => saveFile('sightline-recovery-codes.txt', text)}>
          Save as File
        </Button>
        <Button onClick={onClose}>I have kept them</Button>
      </div>
    </div>
  );
}
