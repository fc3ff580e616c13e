/** Mail Policies > Recipient Access Table: whose mail is taken. */
import { RecipientRule } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { Block } from '../parts.tsx';
import { RAT } from '../places.ts';
import { moved, putRule } from './change.ts';
import { Choice, type Choices, Text, Tick } from './fields.tsx';
import { type Editing, EntryForm, Frame } from './frame.tsx';
import css from './receive.module.css';
import { AddButton, type Row, Rows } from './rows.tsx';
import { RULE } from './specs.ts';

const ACTIONS: Choices = [
  ['accept', 'Accept'],
  ['reject', 'Reject'],
];

export function RatPage(): ReactNode {
  return (
    <Frame
      title="Recipient Access Table (RAT)"
      lead="Whose mail public listeners take. The first entry that fits decides; what fits none is refused."
      place={RAT}
    >
      {(editing) => <Recipients {...editing} />}
    </Frame>
  );
}

function Recipients(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const all = config.recipientTable;
  const [open, setOpen] = useState<number | null>(null);
  if (open !== null)
    return (
      <EntryForm
        title={all[open]?.recipient ?? 'Add Recipient'}
        spec={RULE}
        schema={RecipientRule}
        entry={all[open] ?? { ...RecipientRule.parse({ recipient: 'x.test' }), recipient: '' }}
        at={`recipientTable.${open}`}
        editing={editing}
        onSubmit={(entry) => submit(putRule(config, open, entry), () => setOpen(null))}
        onClose={() => setOpen(null)}
      >
        {(props) => (
          <div className={css.fields}>
            <Text
              {...props}
              field="recipient"
              label="Recipient"
              description="example.com, .example.com, ann@example.com, abuse@, ALL"
            />
            <Choice
              {...props}
              field="action"
              label="Action"
              description="ALL can only be rejected."
              choices={ACTIONS}
            />
            <Text
              {...props}
              field="reply"
              label="Own reply"
              description="Of a rejection. Empty: our own."
              placeholder="550 5.1.1 No such user"
            />
            <div className={css.wide}>
              <Tick {...props} field="bypassThrottle" label="Bypass the limit of recipients per hour" />
            </div>
          </div>
        )}
      </EntryForm>
    );
  const rows = all.map((one, i) => ({
    name: one.recipient,
    cells: cells(one),
    onEdit: () => setOpen(i),
    onRemove: () => submit({ recipientTable: all.toSpliced(i, 1) }),
  }));
  return (
    <Block
      title="Recipients"
      actions={<AddButton onClick={() => setOpen(all.length)}>Add Recipient</AddButton>}
    >
      <Rows
        label="Recipient Access Table"
        head={['Recipient', 'Action', 'Own reply', 'Throttling']}
        rows={rows}
        last={rest(
          config.recipientDomains,
          all.some((one) => one.recipient.toLowerCase() === 'all'),
        )}
        onMove={(from, to) => submit({ recipientTable: moved(all, from, to) })}
      />
    </Block>
  );
}

const cells = (one: RecipientRule): ReactNode[] => [
  <span key="name" className={`mono ${css.name}`}>
    {one.recipient}
  </span>,
  ACTIONS.find(([value]) => value === one.action)?.[1],
  one.reply,
  one.bypassThrottle ? 'bypassed' : '',
];

/** What comes after the entries: the domains of the Mail Flow page, and the refusal of everybody else. */
const rest = (domains: string[], all: boolean): Row[] => [
  ...domains.map((domain) => ({
    name: `domain ${domain}`,
    cells: [
      <span key="name">
        <span className="mono">{domain}</span> <span className="muted">from Network &gt; Mail Flow</span>
      </span>,
      'Accept',
      '',
      '',
    ],
  })),
  ...(all ? [] : [{ name: 'all others', cells: ['ALL', 'Reject', '', ''] }]),
];
