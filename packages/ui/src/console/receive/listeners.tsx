/** Network > Listeners: where mail comes in. */
import { allListeners, type Config, Listener } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { Block } from '../parts.tsx';
import { LISTENERS } from '../places.ts';
import { putListener } from './change.ts';
import { Choice, type Choices, Lines, Text, Tick } from './fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from './frame.tsx';
import css from './receive.module.css';
import { AddButton, Rows } from './rows.tsx';
import { LISTENER } from './specs.ts';

const TLS: Choices = [
  ['none', 'None'],
  ['optional', 'STARTTLS, optional'],
  ['required', 'STARTTLS, required'],
  ['implicit', 'Implicit TLS'],
];
const KINDS: Choices = [
  ['public', 'Public'],
  ['private', 'Private'],
];
const SELF_SIGNED = 'Self-signed, made by this appliance';
const labelOf = (choices: Choices, value: string): string => choices.find(([v]) => v === value)?.[1] ?? value;

export function ListenersPage(): ReactNode {
  return (
    <Frame
      title="Listeners"
      lead="The addresses on which mail comes in, and who may use them."
      place={LISTENERS}
    >
      {(editing) => <Listeners {...editing} />}
    </Frame>
  );
}

function Listeners(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const [open, setOpen] = useState<number | null>(null);
  const all = allListeners(config);
  if (open !== null)
    return (
      <EntryForm
        title={all[open]?.name ?? 'Add Listener'}
        spec={LISTENER}
        schema={Listener}
        entry={all[open] ?? Listener.parse({ name: 'Submission', host: config.listener.host, port: 587 })}
        at={open === 0 ? 'listener' : `listeners.${open - 1}`}
        editing={editing}
        onSubmit={(entry) => submit(putListener(config, open, entry), () => setOpen(null))}
        onClose={() => setOpen(null)}
      >
        {(fields) => <ListenerFields {...fields} config={config} />}
      </EntryForm>
    );
  const rows = all.map((one, i) => ({
    name: one.name,
    cells: cells(one),
    onEdit: () => setOpen(i),
    ...(i === 0
      ? { kept: 'The first listener always stays.' }
      : { onRemove: () => submit({ listeners: config.listeners.toSpliced(i - 1, 1) }) }),
  }));
  return (
    <Block
      title="Listeners"
      actions={<AddButton onClick={() => setOpen(all.length)}>Add Listener</AddButton>}
    >
      <Rows
        label="Listeners"
        head={['Name', 'Address', 'Type', 'TLS', 'Certificate', 'Policy of everybody']}
        rows={rows}
      />
    </Block>
  );
}

const cells = (one: Listener): ReactNode[] => [
  <span key="name" className={css.name}>
    {one.name}
  </span>,
  <span key="address" className="mono">{`${one.host}:${one.port}`}</span>,
  labelOf(KINDS, one.kind),
  labelOf(TLS, one.tls),
  one.tls === 'none' ? '' : one.certificate || 'Self-signed',
  one.policy,
];

function ListenerFields({ config, ...props }: FieldsProps & { config: Config }): ReactNode {
  const certificates: Choices = [
    ['', SELF_SIGNED],
    ...config.certificates.map(({ name }) => [name, name] as const),
  ];
  const policies: Choices = config.flowPolicies.map(({ name }) => [name, name]);
  return (
    <div className={css.fields}>
      <Text {...props} field="name" label="Name" description="In tracking, and in sender groups." />
      <Text {...props} field="host" label="Address" description="0.0.0.0 listens on every interface." />
      <Text {...props} field="port" label="Port" description="25 for mail, 587 or 465 for submission." />
      <Choice
        {...props}
        field="kind"
        label="Type"
        choices={KINDS}
        description="Private: only for clients that may relay or log in."
      />
      <Choice {...props} field="tls" label="TLS" choices={TLS} description="Version 1.2 and later." />
      <Choice
        {...props}
        field="certificate"
        label="Certificate"
        choices={certificates}
        description="From Network > Certificates."
      />
      <Choice
        {...props}
        field="policy"
        label="Policy of everybody"
        choices={policies}
        description="For clients of no sender group."
      />
      <Text
        {...props}
        field="maxSize"
        label="Largest message (MiB)"
        description="A policy can only lower it."
      />
      <Text {...props} field="connections" label="Connections at once" description="In all." />
      <Text
        {...props}
        field="connectionsPerIp"
        label="Connections of one address"
        description="Relaying clients have that of their policy."
      />
      <Lines
        {...props}
        rows={2}
        field="proxyFrom"
        label="PROXY protocol from"
        description="Proxies that send a PROXY header, one a line."
        placeholder="10.0.0.5"
      />
      <Lines
        {...props}
        rows={2}
        field="xclientFrom"
        label="XCLIENT from"
        description="Proxies that may name the client, one a line."
        placeholder="10.0.0.5"
      />
      <div className={css.wide}>
        <Tick
          {...props}
          field="delayedRejection"
          label="Delayed HAT rejection"
          description="A blocked client is refused at RCPT instead of at once, so that tracking knows the recipients."
        />
      </div>
    </div>
  );
}
