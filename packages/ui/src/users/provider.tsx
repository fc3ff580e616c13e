/** The settings of a provider of single sign-on. */
import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { listUsers, type SsoProvider } from '@sightline/api';
import type { ReactNode } from 'react';
import { fieldProblem, useCall } from '../kit/call.ts';
import css from './users.module.css';

export interface ProviderForm
  extends Pick<
    SsoProvider,
    'label' | 'issuer' | 'clientId' | 'enabled' | 'linkByEmail' | 'defaultRole' | 'roleClaim'
  > {
  clientSecret: string;
  /** Separated by spaces or lines. */
  domains: string;
  /** `group = role`, one a line. */
  roleMap: string;
}

export const NEW_PROVIDER: ProviderForm = {
  label: 'Single sign-on',
  issuer: '',
  clientId: '',
  clientSecret: '',
  enabled: true,
  domains: '',
  linkByEmail: true,
  defaultRole: '',
  roleClaim: '',
  roleMap: '',
};

export const formOf = (provider: SsoProvider): ProviderForm => ({
  ...provider,
  clientSecret: '',
  domains: provider.domains.join(' '),
  roleMap: provider.roleMap.map(({ value, role }) => `${value} = ${role}`).join('\n'),
});

/** What is sent; a secret that was not typed stays as it is. */
export function bodyOf(form: ProviderForm) {
  const { label, issuer, clientId, enabled, linkByEmail, defaultRole, roleClaim, clientSecret } = form;
  return {
    ...{ label, issuer: issuer.trim(), clientId, enabled, linkByEmail, defaultRole },
    roleClaim: roleClaim.trim(),
    domains: form.domains.split(/[\s,]+/).filter((domain) => domain !== ''),
    roleMap: mapOf(form.roleMap),
    ...(clientSecret === '' ? {} : { clientSecret }),
  };
}

/** The last `=` counts: groups may have one in them. */
function mapOf(text: string): { value: string; role: string }[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const at = line.lastIndexOf('=');
    return { value: line.slice(0, Math.max(at, 0)).trim(), role: line.slice(at + 1).trim() };
  });
}

interface FieldsProps {
  form: ProviderForm;
  set: (part: Partial<ProviderForm>) => void;
  error: unknown;
  hasSecret: boolean;
}

export function ProviderFields({ form, set, error, hasSecret }: FieldsProps): ReactNode {
  const text = (field: 'label' | 'issuer' | 'clientId' | 'domains') => ({
    value: form[field],
    error: fieldProblem(error, field) ?? fieldProblem(error, `${field}.0`),
    spellCheck: false,
    onChange: (e: { currentTarget: HTMLInputElement }) => set({ [field]: e.currentTarget.value }),
  });
  return (
    <>
      <TextInput
        label="Name"
        description="On the button of the login page: Log in with …"
        maxLength={64}
        data-autofocus
        {...text('label')}
      />
      <TextInput
        label="Issuer"
        description="Its address, as its documents name it."
        placeholder="https://login.example.com/realms/staff"
        {...text('issuer')}
      />
      <TextInput label="Client ID" {...text('clientId')} />
      <PasswordInput
        label="Client secret"
        description={
          hasSecret
            ? 'One is set. Leave empty to keep it.'
            : 'Leave empty if the provider gave none (PKCE alone).'
        }
        autoComplete="new-password"
        value={form.clientSecret}
        onChange={(e) => set({ clientSecret: e.currentTarget.value })}
      />
      <TextInput
        label="Domains"
        description="Of the addresses that it may vouch for, with spaces between. Empty: all."
        placeholder="example.com example.org"
        {...text('domains')}
      />
      <Checkbox
        label="Whoever has the same address is the same person"
        description="A user here with the name or address that the provider has verified logs in with it from then on."
        checked={form.linkByEmail}
        onChange={(e) => set({ linkByEmail: e.currentTarget.checked })}
      />
      <Roles form={form} set={set} error={error} />
    </>
  );
}

function Roles({ form, set, error }: Pick<FieldsProps, 'form' | 'set' | 'error'>): ReactNode {
  const roles = useCall(listUsers).data?.roles ?? [];
  const problem = Array.from({ length: 50 }, (_, i) =>
    ['role', 'value'].map((part) => fieldProblem(error, `roleMap.${i}.${part}`)),
  )
    .flat()
    .find(Boolean);
  return (
    <>
      <NativeSelect
        size="xs"
        label="Who comes for the first time"
        data={[
          { value: '', label: 'is not let in' },
          ...roles.map(({ id, label }) => ({ value: id, label: `becomes ${label}` })),
        ]}
        value={form.defaultRole}
        onChange={(e) => set({ defaultRole: e.currentTarget.value })}
      />
      <TextInput
        label="Claim with groups or roles"
        description="Empty: roles are given here. Of a claim within a claim, with dots: realm_access.roles"
        placeholder="groups"
        spellCheck={false}
        value={form.roleClaim}
        onChange={(e) => set({ roleClaim: e.currentTarget.value })}
      />
      {form.roleClaim.trim() !== '' && (
        <Textarea
          label="Roles"
          description={`One a line, the first that fits counts: group = role (${roles.map(({ id }) => id).join(', ')})`}
          placeholder={'soc-admins = admin\nsoc = analyst'}
          spellCheck={false}
          autosize
          minRows={2}
          maxRows={10}
          classNames={{ input: css.mono }}
          value={form.roleMap}
          error={problem}
          onChange={(e) => set({ roleMap: e.currentTarget.value })}
        />
      )}
    </>
  );
}
