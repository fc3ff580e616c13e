/** Mail Policies > Incoming and Outgoing Mail Policies: what becomes of the verdicts, by sender and recipient. */
import { Button, MultiSelect, Textarea, TextInput } from '@mantine/core';
import { type Direction, MailPolicy, VERDICTS, type Verdict, type VerdictAction } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { INCOMING_POLICIES, OUTGOING_POLICIES } from '../places.ts';
import { type Editing, Frame, SubmitOrCancel } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { AddButton, Rows } from '../receive/rows.tsx';
import { Verdicts } from './verdicts.tsx';
import { actionWords, lines } from './words.ts';

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
        onMove={(from, to) => put(ordered.toSpliced(from, 1).toSpliced(to, 0, ordered[from] as MailPolicy))}
      />
      <div className={css.row} style={{ marginTop: 12 }}>
        <span className={receive.name}>DEFAULT</span>
        <span className={receive.muted}>{summary(last.verdicts)}</span>
        <Button variant="default" size="xs" onClick={() => setOpen('default')}>
          Edit DEFAULT
        </Button>
      </div>
    </Block>
  );
}

type Actions = Partial<Record<Verdict, VerdictAction | null>>;

const summary = (verdicts: Actions): string =>
  (Object.keys(VERDICTS) as Verdict[])
    .flatMap((verdict) => {
      const words = actionWords(verdicts[verdict] ?? null);
      return words === '' ? [] : [`${VERDICTS[verdict]}: ${words}`];
    })
    .join('; ') || 'as DEFAULT';

const cells = (one: MailPolicy): ReactNode[] => [
  <span key="name" className={receive.name}>
    {one.name}
  </span>,
  one.senders.join(', ') || 'all',
  one.recipients.join(', ') || 'all',
  summary(one.verdicts),
  one.filters === null ? 'as DEFAULT' : one.filters.join(', ') || 'none',
];

interface EditorProps {
  policy: MailPolicy;
  isLast: boolean;
  direction: Direction;
  editing: Editing;
  onSubmit: (policy: MailPolicy) => void;
  onClose: () => void;
}

function Editor({ policy, isLast, direction, editing, onSubmit, onClose }: EditorProps): ReactNode {
  const [draft, setDraft] = useState(policy);
  const set = (part: Partial<MailPolicy>): void => setDraft((now) => ({ ...now, ...part }));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit({
      ...draft,
      senders: draft.senders.filter(Boolean),
      recipients: draft.recipients.filter(Boolean),
    });
  };
  const { config } = editing;
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <Block title={isLast ? 'DEFAULT' : draft.name || 'Add Policy'}>
        <div className={css.stack}>
          {!isLast && <Parties draft={draft} set={set} />}
          <Verdicts
            verdicts={draft.verdicts}
            inherits={!isLast}
            quarantines={config.quarantines.map((one) => one.name)}
            set={(verdicts) => set({ verdicts })}
          />
          <MultiSelect
            label="Content filters"
            description={isLast ? undefined : 'None chosen: those of DEFAULT.'}
            data={config.filters[direction].map((one) => one.name)}
            value={draft.filters ?? []}
            onChange={(filters) => set({ filters: filters.length === 0 && !isLast ? null : filters })}
          />
        </div>
      </Block>
      <SubmitOrCancel editing={editing} onClose={onClose} />
    </form>
  );
}

function Parties({ draft, set }: { draft: MailPolicy; set: (part: Partial<MailPolicy>) => void }): ReactNode {
  return (
    <>
      <TextInput label="Name" value={draft.name} onChange={(e) => set({ name: e.currentTarget.value })} />
      <div className={css.grid2}>
        {(['senders', 'recipients'] as const).map((side) => (
          <Textarea
            key={side}
            label={side === 'senders' ? 'Envelope senders' : 'Recipients'}
            description="One a line: address, domain, .domain for its subdomains. Empty: all."
            autosize
            minRows={3}
            spellCheck={false}
            value={draft[side].join('\n')}
            onChange={(e) => set({ [side]: lines(e.currentTarget.value) })}
          />
        ))}
      </div>
    </>
  );
}
