import {
  ActionIcon,
  Button,
  Checkbox,
  NativeSelect,
  PasswordInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type Config, type ConfigState, getCloud, getConfig, submitConfig } from '@sightline/api';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import { Loaded } from '../../kit/states.tsx';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { type CloudForm, type CloudProblems, cloudForm, cloudPatch } from './form.ts';
import { serverLabel } from './view.ts';

export function EditCloud({ onClose }: { onClose: () => void }): ReactNode {
  const config = useCall(getConfig);
  return <Loaded of={config}>{(state) => <EditForm config={current(state)} onClose={onClose} />}</Loaded>;
}

/** Editing goes on from what was submitted before. */
const current = (state: ConfigState): Config => state.candidate ?? state.live;

interface FormProps {
  form: CloudForm;
  problems: CloudProblems;
  set: (part: Partial<CloudForm>) => void;
}

function EditForm({ config, onClose }: { config: Config; onClose: () => void }): ReactNode {
  const [form, setForm] = useState(() => cloudForm(config));
  const [problems, setProblems] = useState<CloudProblems>({});
  const submit = useAct(submitConfig, {
    refresh: [getConfig, getCloud],
    onDone: onClose,
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = cloudPatch(form);
    setProblems('problems' in result ? result.problems : {});
    if ('patch' in result) submit.mutate({ body: result.patch });
  };
  const set = (part: Partial<CloudForm>): void => {
    setForm((now) => ({ ...now, ...part }));
    setProblems({});
  };
  return (
    <Block title="Edit Cloud Services">
      <form className={`${css.stack} ${css.form}`} onSubmit={send} noValidate>
        <ThreatResponse form={form} problems={problems} set={set} />
        <Servers form={form} problems={problems} set={set} />
        <Way form={form} problems={{ ...problems, ...wayProblems(submit.error) }} set={set} />
        <Checkbox
          label="API clients of the exchange may read this console"
          description="Status, configuration without secrets and message tracking, over the connection to the exchange. Nothing can be changed that way."
          checked={form.remoteApi}
          onChange={(e) => set({ remoteApi: e.currentTarget.checked })}
        />
        <Checkbox
          label="The exchange may order responses on this appliance"
          description="Block and unblock, release and delete quarantined messages, quarantine or delete messages of the queue. Each order is signed, carried out once and shown in message tracking with the portal's user."
          checked={form.remoteResponse}
          onChange={(e) => set({ remoteResponse: e.currentTarget.checked })}
        />
        <Checkbox
          label="The exchange may show messages that are held here"
          description="Header, text and HTML made safe of messages in the queue and in quarantine, to people whose role lets them. Each look is written to the portal's audit log."
          checked={form.remoteContent}
          onChange={(e) => set({ remoteContent: e.currentTarget.checked })}
        />
        <TextInput
          label="Managed by"
          description="Host name of the central appliance that manages this one. Only the central one is registered then. Leave empty if there is none."
          maxLength={255}
          value={form.managedBy}
          error={problems.managedBy}
          onChange={(e) => set({ managedBy: e.currentTarget.value })}
        />
        <Problem error={submit.error} />
        <div className={css.row}>
          <Button type="submit" loading={submit.isPending}>
            Submit
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Block>
  );
}

const wayProblems = (error: unknown): CloudProblems =>
  Object.fromEntries(
    ['proxy', 'proxyPassword', 'ca'].flatMap((field) => {
      const text = fieldProblem(error, `cloud.${field}`);
      return text === undefined ? [] : [[field, text]];
    }),
  );

/** How the exchange is reached from a network that does not let everybody out. */
function Way({ form, problems, set }: FormProps): ReactNode {
  const used = form.proxy !== '' || form.ca !== '';
  const wrong = ['proxy', 'proxyPassword', 'ca'].some((field) => problems[field]);
  return (
    <details open={used || wrong || undefined}>
      <summary>HTTP proxy and trusted authorities</summary>
      <div className={css.stack} style={{ paddingTop: 8 }}>
        <TextInput
          label="HTTP Proxy"
          description="The way out to the exchange. Leave empty if this appliance reaches it directly."
          placeholder="http://user@proxy.example.com:3128"
          spellCheck={false}
          value={form.proxy}
          error={problems.proxy}
          onChange={(e) => set({ proxy: e.currentTarget.value })}
        />
        <PasswordInput
          label="Password of the proxy"
          description={
            form.proxyPasswordSet
              ? 'A password is set. Leave empty to keep it.'
              : 'Only if the proxy asks for one.'
          }
          autoComplete="new-password"
          maxLength={256}
          value={form.proxyPassword}
          error={problems.proxyPassword}
          onChange={(e) => set({ proxyPassword: e.currentTarget.value })}
        />
        <Textarea
          label="Trusted Authorities"
          description="PEM certificates to trust besides the usual ones, for a proxy that inspects TLS or an exchange with a certificate of your own."
          placeholder="-----BEGIN CERTIFICATE-----"
          spellCheck={false}
          autosize
          minRows={2}
          maxRows={8}
          value={form.ca}
          error={problems.ca}
          onChange={(e) => set({ ca: e.currentTarget.value })}
        />
      </div>
    </details>
  );
}

function ThreatResponse({ form, problems, set }: FormProps): ReactNode {
  return (
    <>
      <fieldset className={css.fieldset}>
        <legend>Threat Response</legend>
        <Checkbox
          label="Enable"
          checked={form.enabled}
          onChange={(e) => set({ enabled: e.currentTarget.checked })}
        />
      </fieldset>
      <NativeSelect
        size="xs"
        label="Threat Response Server"
        value={form.server}
        error={problems.server}
        data={form.servers.filter((s) => s.name).map((s) => ({ value: s.name, label: serverLabel(s) }))}
        onChange={(e) => set({ server: e.currentTarget.value })}
      />
    </>
  );
}

function Servers({ form, problems, set }: FormProps): ReactNode {
  const change = (index: number, part: Partial<CloudForm['servers'][number]>): void =>
    set({ servers: form.servers.map((s, i) => (i === index ? { ...s, ...part } : s)) });
  return (
    <details open={Object.keys(problems).some((key) => key.startsWith('servers'))}>
      <summary>Exchanges to choose from ({form.servers.length})</summary>
      <div className={css.stack} style={{ paddingTop: 8 }}>
        {form.servers.map((server, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are edited in place and have no other identity
          <div key={i} className={css.server}>
            <TextInput
              aria-label={`Name of exchange ${i + 1}`}
              placeholder="AMERICAS"
              value={server.name}
              error={problems[`servers.${i}.name`]}
              onChange={(e) => change(i, { name: e.currentTarget.value })}
            />
            <TextInput
              aria-label={`Address of exchange ${i + 1}`}
              placeholder="https://exchange.example.com"
              value={server.url}
              error={problems[`servers.${i}.url`]}
              onChange={(e) => change(i, { url: e.currentTarget.value })}
            />
            <ActionIcon
              aria-label={`Remove exchange ${i + 1}`}
              onClick={() => set({ servers: form.servers.filter((_, j) => j !== i) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        {problems.servers && <span role="alert">{problems.servers}</span>}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => set({ servers: [...form.servers, { name: '', url: '' }] })}
          >
            Add exchange
          </Button>
        </div>
      </div>
    </details>
  );
}
