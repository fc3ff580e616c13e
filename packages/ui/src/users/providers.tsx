/** Providers of single sign-on: list, add, change, test, remove. */
import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import {
  addSsoProvider,
  deleteSsoProvider,
  editSsoProvider,
  listSsoProviders,
  type SsoProvider,
  testSsoProvider,
} from '@sightline/api';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { CopyButton } from '../kit/copy.tsx';
import { Inert } from '../kit/inert.tsx';
import { notify, notifyProblem } from '../kit/notify.ts';
import { Problem } from '../kit/problem.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import { count } from '../kit/text.ts';
import { bodyOf, formOf, NEW_PROVIDER, ProviderFields, type ProviderForm } from './provider.tsx';
import css from './users.module.css';

type Doing = { verb: 'add' } | { verb: 'edit' | 'delete'; provider: SsoProvider };

export function Providers(): ReactNode {
  const providers = useCall(listSsoProviders);
  const [doing, setDoing] = useState<Doing>();
  const close = (): void => setDoing(undefined);
  return (
    <section aria-labelledby="sso">
      <div className={css.bar}>
        <h2 id="sso">Single sign-on</h2>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => setDoing({ verb: 'add' })}
        >
          Add Provider
        </Button>
      </div>
      <Loaded of={providers} rows={3}>
        {({ providers: all, redirect }) => (
          <>
            {all.length === 0 && (
              <div className="panel">
                <EmptyState title="No provider yet">
                  With an OpenID Connect provider people log in as they do everywhere else in your
                  organisation.
                </EmptyState>
              </div>
            )}
            {all.map((provider) => (
              <One key={provider.id} provider={provider} onDo={setDoing} />
            ))}
            {doing?.verb === 'add' && <Edit redirect={redirect} onClose={close} />}
            {doing?.verb === 'edit' && <Edit redirect={redirect} provider={doing.provider} onClose={close} />}
            {doing?.verb === 'delete' && <Remove provider={doing.provider} onClose={close} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

function One({ provider, onDo }: { provider: SsoProvider; onDo: (doing: Doing) => void }): ReactNode {
  const test = useAct(testSsoProvider, { onDone: ({ ok, text }) => ok && notify(text) });
  const set = useAct(editSsoProvider, { refresh: [listSsoProviders] });
  const params = { id: provider.id };
  return (
    <article className={`panel ${css.form}`} aria-label={provider.label}>
      <div className={css.bar}>
        <strong>
          <Inert text={provider.label} />
        </strong>
        <span className={css.state} data-state={provider.enabled ? 'active' : undefined}>
          {provider.enabled ? 'On the login page' : 'Off'}
        </span>
        <span style={{ flex: 1 }} />
        <Button
          variant="default"
          size="compact-sm"
          loading={test.isPending}
          onClick={() => test.mutate({ params })}
        >
          Test
        </Button>
        <Menu position="bottom-end" width={180}>
          <Menu.Target>
            <ActionIcon aria-label={`Actions for ${provider.label}`}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onDo({ verb: 'edit', provider })}>Edit</Menu.Item>
            <Menu.Item
              onClick={() =>
                set.mutate({ params, body: { enabled: !provider.enabled } }, { onError: notifyProblem })
              }
            >
              {provider.enabled ? 'Switch off' : 'Switch on'}
            </Menu.Item>
            <Menu.Item onClick={() => onDo({ verb: 'delete', provider })}>Remove</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <div>
        <span className="mono">{provider.issuer}</span>
        <span className="muted"> · {count(provider.users, 'user')}</span>
      </div>
      <p className={`${css.flush} muted`}>{whoComesIn(provider)}</p>
      {test.data && !test.data.ok && (
        <p role="alert" className={css.flush}>
          {test.data.text}
        </p>
      )}
      <Problem error={test.error} />
    </article>
  );
}

function whoComesIn({ linkByEmail, defaultRole, domains, roleClaim }: SsoProvider): string {
  const of = domains.length === 0 ? '' : ` of ${domains.join(', ')}`;
  const known = linkByEmail ? `Users with the same address${of} come in` : 'Users who came before come in';
  const others = defaultRole === '' ? 'nobody else' : `others${of} become ${defaultRole}`;
  return `${known}; ${others}.${roleClaim === '' ? '' : ` Roles come from the claim ${roleClaim}.`}`;
}

function Edit({
  provider,
  redirect,
  onClose,
}: {
  provider?: SsoProvider;
  redirect: string;
  onClose: () => void;
}): ReactNode {
  const [form, setForm] = useState<ProviderForm>(() => (provider ? formOf(provider) : NEW_PROVIDER));
  const add = useAct(addSsoProvider, {
    refresh: [listSsoProviders],
    done: 'The provider has been added.',
    onDone: onClose,
  });
  const edit = useAct(editSsoProvider, {
    refresh: [listSsoProviders],
    done: 'The provider has been changed.',
    onDone: onClose,
  });
  const error = add.error ?? edit.error;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const body = bodyOf(form);
    if (provider) edit.mutate({ params: { id: provider.id }, body });
    else add.mutate({ body });
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={provider ? `Edit ${provider.label}` : 'Add Provider'}>
      <form className={css.stack} onSubmit={send} noValidate>
        <div className={css.link}>
          <div>
            <div className={css.label}>Redirect address, to be registered with the provider</div>
            <span className="mono">{redirect}</span>
          </div>
          <CopyButton text={redirect} label="Copy" />
        </div>
        <ProviderFields
          form={form}
          error={error}
          hasSecret={provider?.hasSecret ?? false}
          set={(part) => setForm((now) => ({ ...now, ...part }))}
        />
        <Problem error={error} />
        <SubmitRow onCancel={onClose} busy={add.isPending || edit.isPending}>
          {provider ? 'Save' : 'Add'}
        </SubmitRow>
      </form>
    </Modal>
  );
}

function Remove({ provider, onClose }: { provider: SsoProvider; onClose: () => void }): ReactNode {
  const remove = useAct(deleteSsoProvider, {
    refresh: [listSsoProviders],
    done: `${provider.label} has been removed.`,
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={`Remove ${provider.label}?`}
      verb="Remove provider"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { id: provider.id } })}
      onClose={onClose}
    >
      {count(provider.users, 'user')} came with it. The users stay; whoever has no password needs a one-time
      link to log in again.
    </Confirm>
  );
}
