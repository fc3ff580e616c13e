/** Mail Policies > Mail Flow Policies: what a client may do. */
import { FlowPolicy } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { Block } from '../parts.tsx';
import { FLOW_POLICIES } from '../places.ts';
import { putPolicy, usersOf } from './change.ts';
import { Choice, type Choices, Text, Tick } from './fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from './frame.tsx';
import css from './receive.module.css';
import { AddButton, Rows } from './rows.tsx';
import { POLICY } from './specs.ts';

const BEHAVIORS: Choices = [
  ['ACCEPT', 'Accept'],
  ['RELAY', 'Relay'],
  ['REJECT', 'Reject'],
  ['TCPREFUSE', 'TCP Refuse'],
  ['CONTINUE', 'Continue'],
];
const WISHES: Choices = [
  ['off', 'Off'],
  ['preferred', 'Preferred'],
  ['required', 'Required'],
];

export function FlowPoliciesPage(): ReactNode {
  return (
    <Frame
      title="Mail Flow Policies"
      lead="What the clients of a sender group may do: behaviour, limits, TLS, log-in, checks."
      place={FLOW_POLICIES}
    >
      {(editing) => <Policies {...editing} />}
    </Frame>
  );
}

function Policies(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const all = config.flowPolicies;
  const [open, setOpen] = useState<number | null>(null);
  if (open !== null)
    return (
      <EntryForm
        title={all[open]?.name ?? 'Add Policy'}
        spec={POLICY}
        schema={FlowPolicy}
        entry={all[open] ?? { ...FlowPolicy.parse({ name: 'NEW' }), name: '' }}
        at={`flowPolicies.${open}`}
        editing={editing}
        onSubmit={(entry) => submit(putPolicy(config, open, entry), () => setOpen(null))}
        onClose={() => setOpen(null)}
      >
        {(fields) => <PolicyFields {...fields} />}
      </EntryForm>
    );
  const rows = all.map((one, i) => {
    const users = usersOf(config, one.name);
    return {
      name: one.name,
      cells: cells(one, users),
      onEdit: () => setOpen(i),
      ...(users.length > 0
        ? { kept: `In use by ${users.join(', ')}.` }
        : { onRemove: () => submit({ flowPolicies: all.toSpliced(i, 1) }) }),
    };
  });
  return (
    <Block
      title="Mail Flow Policies"
      actions={<AddButton onClick={() => setOpen(all.length)}>Add Policy</AddButton>}
    >
      <Rows
        label="Mail Flow Policies"
        head={['Policy', 'Behavior', 'Limits', 'TLS', 'SMTP AUTH', 'Checks', 'Used by']}
        rows={rows}
      />
    </Block>
  );
}

function cells(one: FlowPolicy, users: string[]): ReactNode[] {
  const open = one.behavior === 'ACCEPT' || one.behavior === 'RELAY';
  const checks = [
    one.spf && 'SPF',
    one.dkim && 'DKIM',
    one.dmarc && 'DMARC',
    one.spam && 'spam',
    one.virus && 'virus',
  ].filter(Boolean);
  return [
    <span key="name" className={css.name}>
      {one.name}
    </span>,
    BEHAVIORS.find(([value]) => value === one.behavior)?.[1],
    open && limits(one),
    open && one.tls,
    open && one.auth,
    open && (one.journal ? 'journal reports only' : checks.join(', ') || 'none'),
    <span key="users" className={css.muted}>
      {users.join(', ')}
    </span>,
  ];
}

const limits = (one: FlowPolicy): string =>
  [
    `${one.messagesPerConnection} msgs/connection`,
    `${one.recipientsPerMessage} rcpts/msg`,
    `${Math.round((one.maxSize / 1024 / 1024) * 10) / 10} MiB`,
    `${one.connections} connections`,
    ...(one.recipientsPerHour > 0 ? [`${one.recipientsPerHour} rcpts/h`] : []),
    ...(one.invalidPerHour > 0 ? [`${one.invalidPerHour} invalid/h`] : []),
  ].join(', ');

function PolicyFields(props: FieldsProps): ReactNode {
  const open = props.draft.behavior === 'ACCEPT' || props.draft.behavior === 'RELAY';
  return (
    <div className={css.fields}>
      <Text {...props} field="name" label="Name" />
      <Choice {...props} field="behavior" label="Connection behavior" choices={BEHAVIORS} />
      {props.draft.behavior === 'REJECT' && (
        <Text
          {...props}
          field="reply"
          label="Text of the 554 reply"
          placeholder="Your address is not allowed to send mail here."
        />
      )}
      {open && <PolicyLimits {...props} />}
    </div>
  );
}

function PolicyLimits(props: FieldsProps): ReactNode {
  return (
    <>
      <Text {...props} field="messagesPerConnection" label="Messages per connection" />
      <Text {...props} field="recipientsPerMessage" label="Recipients per message" />
      <Text {...props} field="maxSize" label="Largest message (MiB)" />
      <Text {...props} field="connections" label="Connections of one address" />
      <Text
        {...props}
        field="recipientsPerHour"
        label="Recipients per hour"
        description="From one address. 0: no limit."
      />
      <Text
        {...props}
        field="invalidPerHour"
        label="Invalid recipients per hour"
        description="From one address. 0: no limit."
      />
      <Choice {...props} field="tls" label="TLS" choices={WISHES} />
      <Choice {...props} field="auth" label="SMTP AUTH" choices={WISHES} description="Over TLS only." />
      <div className={css.ticks}>
        <Tick {...props} field="spf" label="SPF verification" />
        <Tick {...props} field="dkim" label="DKIM verification" />
        <Tick {...props} field="dmarc" label="DMARC verification" />
        <Tick {...props} field="spam" label="Spam check" />
        <Tick {...props} field="virus" label="Virus check" />
        <Tick
          {...props}
          field="journal"
          label="Journal reports of Exchange or Microsoft 365"
          description="The message in a report is tracked, and nothing is relayed. Other mail is refused."
        />
      </div>
    </>
  );
}
