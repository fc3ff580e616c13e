/** The settings of an API client, for a new one and for a change. */
import { NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { type ApiClient, LIFETIMES_S } from '@sightline/api';
import type { ReactNode } from 'react';
import { fieldProblem } from '../kit/call.ts';
import { ChooseScopes } from './choose.tsx';
import css from './clients.module.css';
import { lifetimeText } from './scopes.ts';

export type ClientForm = Pick<
  ApiClient,
  'name' | 'description' | 'kind' | 'scopes' | 'lifetimeS' | 'confidential'
> & {
  /** One address a line. */
  redirects: string;
};

export const NEW_CLIENT: ClientForm = {
  name: '',
  description: '',
  kind: 'credentials',
  scopes: ['inspect:read', 'enrich:read', 'integration:read'],
  lifetimeS: LIFETIMES_S[0],
  confidential: true,
  redirects: '',
};

export const formOf = (client: ApiClient): ClientForm => ({
  ...client,
  redirects: client.redirects.join('\n'),
});

export const redirectsOf = (text: string): string[] => text.split(/\s+/).filter((one) => one !== '');

interface FieldsProps {
  form: ClientForm;
  set: (part: Partial<ClientForm>) => void;
  error: unknown;
  /** Kind and password cannot change later. */
  isNew: boolean;
}

export function ClientFields({ form, set, error, isNew }: FieldsProps): ReactNode {
  const problem = (field: string): string | undefined => fieldProblem(error, field);
  return (
    <>
      <TextInput
        label="Name"
        description="What uses it, so that others know later."
        data-autofocus
        maxLength={128}
        value={form.name}
        error={problem('name')}
        onChange={(e) => set({ name: e.currentTarget.value })}
      />
      <TextInput
        label="Description"
        maxLength={1024}
        value={form.description}
        error={problem('description')}
        onChange={(e) => set({ description: e.currentTarget.value })}
      />
      {isNew && <Kind form={form} set={set} />}
      {form.kind === 'code' && (
        <Textarea
          label="Redirect addresses"
          description="One a line, exactly as the application sends them: https://, or http:// on the same machine."
          spellCheck={false}
          autosize
          minRows={1}
          maxRows={5}
          value={form.redirects}
          error={problem('redirects') ?? problem('redirects.0')}
          onChange={(e) => set({ redirects: e.currentTarget.value })}
        />
      )}
      <ChooseScopes
        scopes={form.scopes}
        error={problem('scopes') ?? scopeProblemIn(error)}
        onChange={(scopes) => set({ scopes })}
      />
      <NativeSelect
        size="xs"
        label="Access tokens are good for"
        data={LIFETIMES_S.map((s) => ({ value: String(s), label: lifetimeText(s) }))}
        value={String(form.lifetimeS)}
        onChange={(e) => set({ lifetimeS: Number(e.currentTarget.value) })}
      />
    </>
  );
}

/** Of the first scope that is none. */
const scopeProblemIn = (error: unknown): string | undefined =>
  Array.from({ length: 64 }, (_, i) => fieldProblem(error, `scopes.${i}`)).find(Boolean);

function Kind({ form, set }: Pick<FieldsProps, 'form' | 'set'>): ReactNode {
  const value = form.kind === 'credentials' ? 'credentials' : form.confidential ? 'code' : 'public';
  return (
    <Radio.Group
      label="Kind"
      value={value}
      onChange={(v) =>
        set({ kind: v === 'credentials' ? 'credentials' : 'code', confidential: v !== 'public' })
      }
    >
      <div className={css.kinds}>
        <Radio
          value="credentials"
          label="Client credentials"
          description="A script or a product that logs in by itself"
        />
        <Radio
          value="code"
          label="Application on a server"
          description="Acts for people who let it (authorization code), and keeps a password"
        />
        <Radio
          value="public"
          label="Application on a desk or in a browser"
          description="The same, without a password (PKCE alone)"
        />
      </div>
    </Radio.Group>
  );
}
