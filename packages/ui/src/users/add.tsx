import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { type Answer, addUser, listUsers, type OneTimeLink, type RoleText } from '@sightline/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import { Time } from '../kit/when.tsx';
import css from './users.module.css';

type Made = Answer<typeof addUser>;

export function AddUser(props: Omit<AskProps, 'onMade'>): ReactNode {
  const { onClose } = props;
  const [made, setMade] = useState<Made>();
  return (
    <Modal opened onClose={onClose} size="lg" closeOnClickOutside={!made} title="Add User">
      {made ? (
        <LinkShown name={made.user.name} link={made.link} onClose={onClose} />
      ) : (
        <Ask {...props} onMade={setMade} />
      )}
    </Modal>
  );
}

interface AskProps {
  roles: RoleText[];
  /** Asks for an address too. */
  emails: boolean;
  onMade: (made: Made) => void;
  onClose: () => void;
}

function Ask({ roles, emails, onMade, onClose }: AskProps): ReactNode {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState(roles.at(-1)?.id ?? '');
  const add = useAct(addUser, { refresh: [listUsers], onDone: onMade });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ body: { name: name.trim(), role, ...(email.trim() && { email: email.trim() }) } });
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <TextInput
        label="User name"
        description="Often the e-mail address. It cannot be changed later."
        data-autofocus
        autoComplete="off"
        maxLength={64}
        value={name}
        error={fieldProblem(add.error, 'name')}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      {emails && (
        <TextInput
          label="E-mail"
          description="By which single sign-on knows the person, if the user name is not the address."
          type="email"
          autoComplete="off"
          maxLength={254}
          value={email}
          error={fieldProblem(add.error, 'email')}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
      )}
      <Roles roles={roles} value={role} onChange={setRole} />
      <Problem error={add.error} />
      <SubmitRow onCancel={onClose} busy={add.isPending}>
        Add and make link
      </SubmitRow>
    </form>
  );
}

interface RolesProps {
  roles: RoleText[];
  value: string;
  onChange: (role: string) => void;
}

/** The roles with what each may do. */
export function Roles({ roles, value, onChange }: RolesProps): ReactNode {
  return (
    <Radio.Group label="Role" value={value} onChange={onChange}>
      <div className={css.stack} style={{ gap: 8, marginTop: 6 }}>
        {roles.map(({ id, label, text }) => (
          <Radio key={id} value={id} label={label} description={text} />
        ))}
      </div>
    </Radio.Group>
  );
}

/** A one-time link, this once. */
export function LinkShown({
  name,
  link,
  onClose,
}: {
  name: string;
  link: OneTimeLink;
  onClose: () => void;
}): ReactNode {
  return (
    <div className={css.stack}>
      <div className={css.warning} role="note">
        <IconAlertTriangle size={17} aria-hidden />
        <span>
          The link is shown this once. Hand it to {name} by a way that nobody else reads: whoever opens it
          chooses the password. It works once, until <Time at={link.expires} only="absolute" />.
        </span>
      </div>
      <div className={css.link}>
        <TextInput
          label="One-time link"
          readOnly
          value={link.url}
          classNames={{ input: css.mono }}
          onFocus={(e) => e.currentTarget.select()}
        />
        <CopyButton text={link.url} label="Copy link" />
      </div>
      <div className={css.buttons}>
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}
