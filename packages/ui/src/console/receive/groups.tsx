/** Mail Policies > HAT Overview: which client gets which mail flow policy. */
import { Switch } from '@mantine/core';
import { allListeners, type Config, RELAYLIST, SenderGroup } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../kit/may.tsx';
import { Block } from '../parts.tsx';
import { HAT } from '../places.ts';
import { moved, putGroup } from './change.ts';
import { Choice, Lines, Many, Text } from './fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from './frame.tsx';
import css from './receive.module.css';
import { AddButton, Rows } from './rows.tsx';
import { GROUP } from './specs.ts';
import { TryHat } from './try.tsx';

export function HatPage(): ReactNode {
  return (
    <Frame
      title="HAT Overview"
      lead="Host Access Table: the first sender group that a client belongs to decides which mail flow policy it gets."
      place={HAT}
    >
      {(editing) => <Groups {...editing} />}
    </Frame>
  );
}

function Groups(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const all = config.senderGroups;
  const [open, setOpen] = useState<number | null>(null);
  if (open !== null)
    return (
      <EntryForm
        title={all[open]?.name ?? 'Add Sender Group'}
        spec={GROUP}
        schema={SenderGroup}
        entry={all[open] ?? { ...SenderGroup.parse({ name: 'NEW', policy: 'ACCEPTED' }), name: '' }}
        at={`senderGroups.${open}`}
        editing={editing}
        onSubmit={(entry) => submit(putGroup(config, open, entry), () => setOpen(null))}
        onClose={() => setOpen(null)}
      >
        {(fields) => <GroupFields {...fields} config={config} />}
      </EntryForm>
    );
  const rows = all.map((one, i) => ({
    name: one.name,
    cells: cells(one, config),
    onEdit: () => setOpen(i),
    onRemove: () => submit({ senderGroups: all.toSpliced(i, 1) }),
  }));
  const everybody = allListeners(config).map((one) => `${one.policy} (${one.name})`);
  return (
    <>
      <Block
        title="Sender Groups"
        actions={<AddButton onClick={() => setOpen(all.length)}>Add Sender Group</AddButton>}
      >
        <Rows
          label="Sender Groups"
          head={['Sender Group', 'Senders', 'Listeners', 'Mail Flow Policy']}
          rows={rows}
          last={[{ name: 'ALL', cells: ['ALL', 'everybody else', '', everybody.join(', ')] }]}
          onMove={(from, to) => submit({ senderGroups: moved(all, from, to) })}
        />
      </Block>
      <TryHat config={config} />
      <Rejected {...editing} />
    </>
  );
}

function Rejected({ config, submit, busy }: Editing): ReactNode {
  const may = useMay('config:submit');
  return (
    <Block title="Rejected connections">
      <Switch
        label="Save rejected connections in Message Tracking"
        description="Connections, senders and recipients that were refused become records of their own: at most 20 a minute from one address, the rest is only counted."
        disabled={!may || busy}
        checked={config.tracking.rejectedConnections}
        onChange={(e) => submit({ tracking: { rejectedConnections: e.currentTarget.checked } })}
      />
    </Block>
  );
}

/** Senders named before the rest is only counted. */
const SHOWN = 4;

function cells(one: SenderGroup, { relayNetworks }: Config): ReactNode[] {
  const senders = one.name === RELAYLIST ? [...one.senders, ...relayNetworks] : one.senders;
  const more = senders.length > SHOWN ? ` and ${senders.length - SHOWN} more` : '';
  return [
    <div key="name">
      <span className={css.name}>{one.name}</span>
      {one.comment && <div className={css.muted}>{one.comment}</div>}
    </div>,
    senders.length === 0 ? (
      <span key="none" className={css.muted}>
        none
      </span>
    ) : (
      <span key="senders" className="mono">
        {senders.slice(0, SHOWN).join(', ')}
        {more}
      </span>
    ),
    one.listeners.join(', ') || 'all',
    one.policy,
  ];
}

function GroupFields({ config, ...props }: FieldsProps & { config: Config }): ReactNode {
  const relays = props.draft.name === RELAYLIST && config.relayNetworks.length > 0;
  return (
    <div className={css.fields}>
      <Text {...props} field="name" label="Name" />
      <Choice
        {...props}
        field="policy"
        label="Mail flow policy"
        choices={config.flowPolicies.map(({ name }) => [name, name])}
      />
      <Text {...props} field="comment" label="Comment" />
      <div className={css.wide}>
        <Lines
          {...props}
          rows={6}
          field="senders"
          label="Senders"
          description={
            'One a line: 192.0.2.7, 10.0.0.0/8, 10.0.0.1-20, a host name or .domain of verified reverse DNS, dnslist[zone], ALL.' +
            (relays ? ' The relay networks of Network > Mail Flow belong to this group too.' : '')
          }
          placeholder={'192.0.2.0/24\n.partner.example\ndnslist[bl.example.org]'}
        />
      </div>
      <div className={css.wide}>
        <Many
          {...props}
          field="listeners"
          label="Listeners"
          description="Where the group counts. None ticked: on all."
          choices={allListeners(config).map(({ name }) => name)}
        />
      </div>
    </div>
  );
}
