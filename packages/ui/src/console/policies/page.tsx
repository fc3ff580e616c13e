/** Mail Policies > Incoming and Outgoing Mail Policies: what becomes of the verdicts, by sender and recipient. */
import { type ConfigPart, type Direction, MailPolicy } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { INCOMING_POLICIES, OUTGOING_POLICIES } from '../places.ts';
import { moved } from '../receive/change.ts';
import { Choice, type Choices } from '../receive/fields.tsx';
import { type Editing, Frame } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { AddButton, Rows } from '../receive/rows.tsx';
import { Editor } from './editor.tsx';
import { filtersWords, summary } from './words.ts';

export const IncomingPoliciesPage = (): ReactNode => <Page direction="incoming" />;
export const OutgoingPoliciesPage = (): ReactNode => <Page direction="outgoing" />;

function Page({ direction }: { direction: Direction }): ReactNode {
  const incoming = direction === 'incoming';
  return (
    <Frame
      title={incoming ? 'Incoming Mail Policies' : 'Outgoing Mail Policies'}
      lead="The first policy that fits sender and recipient decides; recipients of different policies get copies of their own."
      place={incoming ? INCOMING_POLICIES : OUTGOING_POLICIES}
    >
      {(editing) => <Policies direction={direction} editing={editing} />}
    </Frame>
  );
}

/** 'default' for the last one. */
type Open = number | 'default' | null;

function Policies({ direction, editing }: { direction: Direction; editing: Editing }): ReactNode {
  const [open, setOpen] = useState<Open>(null);
  const { config, submit } = editing;
  const { ordered, default: last } = config.policies[direction];
  const put = (list: MailPolicy[], done?: () => void): void =>
    submit({ policies: { [direction]: { ordered: list } } }, done);
  if (open !== null) {
    const close = (): void => setOpen(null);
    const isLast = open === 'default';
    return (
      <Editor
        key={String(open)}
        policy={
          isLast
            ? { ...MailPolicy.parse({ name: 'DEFAULT' }), ...last }
            : (ordered[open] ?? { ...MailPolicy.parse({ name: 'NEW' }), name: '' })
        }
        isLast={isLast}
        at={`policies.${direction}.${isLast ? 'default' : `ordered.${open}`}`}
        direction={direction}
        editing={editing}
        onSubmit={({ verdicts, filters, ...rest }) =>
          isLast
            ? submit(
                { policies: { [direction]: { default: { verdicts, filters: filters ?? [] } } } } as never,
                close,
              )
            : put(ordered.toSpliced(open, 1, { verdicts, filters, ...rest }), close)
        }
        onClose={close}
      />
    );
  }
  return (
    <>
      <Block
        title="Policies"
        actions={<AddButton onClick={() => setOpen(ordered.length)}>Add Policy</AddButton>}
      >
        <Rows
          label="Mail policies"
          head={['Policy', 'Senders', 'Recipients', 'Verdicts', 'Content filters']}
          rows={ordered.map((one, i) => ({
            name: one.name,
            cells: cells(one),
            onEdit: () => setOpen(i),
            onRemove: () => put(ordered.toSpliced(i, 1)),
          }))}
          last={[
            {
              name: 'DEFAULT',
              cells: cells({ name: 'DEFAULT', senders: [], recipients: [], ...last }),
              onEdit: () => setOpen('default'),
            },
          ]}
          onMove={(from, to) => put(moved(ordered, from, to))}
        />
      </Block>
      <Partial editing={editing} />
    </>
  );
}

const PARTIAL: Choices = [
  ['drop', 'Drop their copy'],
  ['bounce', 'Send a report to the sender'],
];

/** One answer goes to the client for all recipients: what becomes of those whose policy says no. */
function Partial({ editing }: { editing: Editing }): ReactNode {
  const { policies } = editing.config;
  return (
    <Block title="Rejected for some recipients only">
      <p className={css.lead}>
        A message is refused before it is accepted only when no recipient gets it. This counts for incoming
        and outgoing mail.
      </p>
      <Choice
        draft={{ partialReject: policies.partialReject }}
        problems={{}}
        set={({ partialReject }) => editing.submit({ policies: { partialReject } } as ConfigPart)}
        field="partialReject"
        label="For the others"
        choices={PARTIAL}
      />
    </Block>
  );
}

const cells = (one: MailPolicy): ReactNode[] => [
  <span key="name" className={receive.name}>
    {one.name}
  </span>,
  one.senders.join(', ') || 'all',
  one.recipients.join(', ') || 'all',
  summary(one.verdicts),
  filtersWords(one),
];
