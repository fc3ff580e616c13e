/** Monitor > Queue: what waits, and what can be done with it. */
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import {
  actOnQueue,
  deliveryStatus,
  listQueue,
  type QueuedMessage,
  type QueueSelection,
} from '@sightline/api';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May, useMay } from '../../kit/may.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { Block, ConsolePage, Status, type Tone } from '../parts.tsx';
import { messagePath, QUEUE } from '../places.ts';
import { Address } from '../tracking/results.tsx';
import { ACTIONS, count, filterOf, formOf, isEmpty, type QueueForm, resultText } from './filter.ts';
import css from './queue.module.css';
import { Reason } from './reason.tsx';

const TONES: Record<QueuedMessage['state'], Tone> = { active: 'wait', deferred: 'warn', held: 'off' };
const LABELS: Record<QueuedMessage['state'], string> = {
  active: 'Active',
  deferred: 'Deferred',
  held: 'On hold',
};

export function QueuePage(): ReactNode {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const form = formOf(search);
  const filter = filterOf(form);
  const [after, setAfter] = useState(0);
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other criteria begin at the first page
  useEffect(() => setAfter(0), [key]);
  const queue = useCall(listQueue, { query: { ...filter, after, limit: 100 } }, { every: 5000 });
  return (
    <ConsolePage title="Queue" lead="Messages that are accepted and not yet delivered to everybody.">
      <Criteria key={key} form={form} />
      <Loaded of={queue}>
        {(page) => (
          <Found
            messages={page.messages}
            total={page.total}
            all={isEmpty(filter) ? undefined : { filter }}
            next={page.after === null ? undefined : () => setAfter(page.after ?? 0)}
            first={after > 0 ? () => setAfter(0) : undefined}
          />
        )}
      </Loaded>
    </ConsolePage>
  );
}

function Criteria({ form }: { form: QueueForm }): ReactNode {
  const [draft, setDraft] = useState(form);
  const navigate = useNavigate();
  const set = (part: Partial<QueueForm>): void => setDraft((now) => ({ ...now, ...part }));
  const show = (search: Partial<QueueForm>): void => void navigate({ to: QUEUE, search: search as never });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    show(draft);
  };
  const field = (key: keyof QueueForm, label: string, placeholder: string): ReactNode => (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={draft[key]}
      spellCheck={false}
      onChange={(e) => set({ [key]: e.currentTarget.value })}
    />
  );
  return (
    <Block title="Show">
      <form className={css.criteria} onSubmit={submit}>
        <Select
          label="State"
          value={draft.state}
          data={[
            { value: '', label: 'All' },
            ...Object.entries(LABELS).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(state) => set({ state: state ?? '' })}
        />
        {field('domain', 'Destination domain', 'example.com')}
        {field('sender', 'Sender contains', '<> for reports')}
        {field('recipient', 'Recipient contains', 'ann@')}
        {field('olderThan', 'Older than (minutes)', '60')}
        <div className={layout.row}>
          <Button type="submit">Show</Button>
          <Button variant="default" onClick={() => show({})}>
            Clear
          </Button>
        </div>
      </form>
    </Block>
  );
}

interface FoundProps {
  messages: QueuedMessage[];
  total: number;
  /** Everything that the criteria find; undefined without criteria. */
  all: QueueSelection | undefined;
  next: (() => void) | undefined;
  first: (() => void) | undefined;
}

function Found({ messages, total, all, next, first }: FoundProps): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const mids = messages.map((one) => one.mid).filter((mid) => chosen.has(mid));
  const columns = useColumns(messages, chosen, setChosen);
  const pages = (
    <span className={layout.row}>
      <span className="muted">{count(total)}</span>
      {first && (
        <Button size="compact-xs" variant="default" onClick={first}>
          First page
        </Button>
      )}
      {next && (
        <Button size="compact-xs" variant="default" onClick={next}>
          Next page
        </Button>
      )}
    </span>
  );
  return (
    <Block title="Messages" actions={pages}>
      <May do="queue:write">
        <Actions mids={mids} all={all} total={total} onDone={() => setChosen(new Set())} />
      </May>
      <Table
        label="Queue"
        rows={messages}
        columns={columns}
        rowKey={(row) => String(row.mid)}
        minWidth={860}
        empty={<EmptyState title="Nothing waits">Everything that was accepted is delivered.</EmptyState>}
      />
    </Block>
  );
}

function useColumns(
  messages: QueuedMessage[],
  chosen: ReadonlySet<number>,
  setChosen: (next: ReadonlySet<number>) => void,
): Column<QueuedMessage>[] {
  const may = useMay('queue:write');
  const mayTrack = useMay('tracking:read');
  return useMemo(() => {
    const toggle = (mid: number): void => {
      const next = new Set(chosen);
      if (!next.delete(mid)) next.add(mid);
      setChosen(next);
    };
    const every = messages.length > 0 && messages.every((one) => chosen.has(one.mid));
    const box: Column<QueuedMessage> = {
      id: 'box',
      label: (
        <Checkbox
          size="xs"
          aria-label="Select all messages of this page"
          checked={every}
          onChange={() => setChosen(new Set(every ? [] : messages.map((one) => one.mid)))}
        />
      ),
      width: 34,
      cell: ({ mid }) => (
        <Checkbox
          size="xs"
          aria-label={`Select message ${mid}`}
          checked={chosen.has(mid)}
          onChange={() => toggle(mid)}
        />
      ),
    };
    return [...(may ? [box] : []), ...facts(mayTrack)];
  }, [messages, chosen, setChosen, may, mayTrack]);
}

const facts = (mayTrack: boolean): Column<QueuedMessage>[] => [
  {
    id: 'mid',
    label: 'MID',
    width: 76,
    value: (row) => row.mid,
    cell: ({ mid }) => (mayTrack ? <Link to={messagePath(mid)}>{mid}</Link> : mid),
  },
  {
    id: 'received',
    label: 'Received',
    width: 118,
    value: (row) => row.received,
    cell: ({ received }) => <Time at={received} only="relative" />,
  },
  {
    id: 'state',
    label: 'State',
    width: 104,
    value: (row) => row.state,
    cell: ({ state }) => <Status tone={TONES[state]}>{LABELS[state]}</Status>,
  },
  {
    id: 'sender',
    label: 'Sender',
    value: (row) => row.sender,
    cell: ({ sender }) => <Address text={sender} />,
  },
  {
    id: 'recipients',
    label: 'Waiting for',
    cell: ({ recipients, waiting }) => (
      <span>
        <Address text={recipients[0]?.address ?? ''} />
        {waiting > 1 && <span className="muted"> and {waiting - 1} more</span>}
      </span>
    ),
  },
  {
    id: 'next',
    label: 'Next attempt',
    width: 118,
    cell: ({ recipients }) => {
      const next = recipients.flatMap((one) => one.next ?? []).sort()[0];
      return next ? <Time at={next} only="relative" /> : <span className="muted">never</span>;
    },
  },
  {
    id: 'reply',
    label: 'Last answer',
    cell: ({ recipients }) => {
      const reply = recipients.find((one) => one.reply)?.reply;
      if (!reply) return <span className="muted">not tried yet</span>;
      const text = [reply.code || '', reply.status, reply.text].filter(Boolean).join(' ');
      return (
        <span className={css.reply} title={text}>
          {text}
        </span>
      );
    },
  },
];

interface ActionsProps {
  mids: number[];
  all: QueueSelection | undefined;
  total: number;
  onDone: () => void;
}

/** To the selection; without one, to everything that the criteria find. */
function Actions({ mids, all, total, onDone }: ActionsProps): ReactNode {
  const [asked, setAsked] = useState<(typeof ACTIONS)[number]>();
  const act = useAct(actOnQueue, {
    refresh: [listQueue, deliveryStatus],
    done: (result) => resultText(asked?.action ?? 'hold', result),
    onDone: () => {
      setAsked(undefined);
      onDone();
    },
  });
  const select: QueueSelection | undefined = mids.length > 0 ? { mids } : all;
  const what = mids.length > 0 ? `${count(mids.length)} selected` : `${count(total)} that the criteria find`;
  return (
    <div className={css.actions} role="toolbar" aria-label="Actions">
      {ACTIONS.map((one) => (
        <Button
          key={one.action}
          size="compact-sm"
          variant="default"
          disabled={!select || total === 0}
          onClick={() => setAsked(one)}
        >
          {one.label}
        </Button>
      ))}
      <span className="muted">
        {select ? what : 'Select messages, or enter criteria to act on everything they find.'}
      </span>
      {asked && select && (
        <Reason
          title={`${asked.label}: ${what}`}
          verb={asked.label}
          busy={act.isPending}
          error={act.error}
          onClose={() => setAsked(undefined)}
          onConfirm={(reason) => act.mutate({ body: { action: asked.action, select, reason } })}
        >
          {asked.what}
        </Reason>
      )}
    </div>
  );
}
