/** Monitor > Policy, Virus and Outbreak Quarantines: how full they are, and what is in them. */
import { Button, Select, TextInput } from '@mantine/core';
import {
  listQuarantines,
  type QuarantineFilter,
  type QuarantineStatus,
  searchQuarantine,
} from '@sightline/api';
import { IconSearch, IconSettings } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { Time } from '../../kit/when.tsx';
import { amountText, SIZES } from '../amount.ts';
import css from '../console.module.css';
import { Block, ConsolePage, Status } from '../parts.tsx';
import { QUARANTINE_SETTINGS, QUARANTINES } from '../places.ts';
import { bytes } from '../tracking/step.ts';
import { Results } from './results.tsx';
import { stayWords } from './words.ts';

const FIELDS = ['quarantine', 'sender', 'recipient', 'subject', 'reason'] as const;
type Asked = Partial<Record<(typeof FIELDS)[number], string>>;

export function QuarantinesPage(): ReactNode {
  const params = useSearch({ strict: false }) as Record<string, string>;
  const asked: Asked = Object.fromEntries(
    FIELDS.flatMap((name) => (params[name] ? [[name, params[name]]] : [])),
  );
  const quarantines = useCall(listQuarantines, undefined, { every: 10_000 });
  return (
    <ConsolePage
      title="Policy, Virus and Outbreak Quarantines"
      lead="Messages that wait for a decision. They leave as they came, or not at all."
      actions={<SettingsLink />}
    >
      <Block title="Quarantines">
        <Loaded of={quarantines}>{({ quarantines: all }) => <Quarantines all={all} asked={asked} />}</Loaded>
      </Block>
      <SearchForm asked={asked} names={quarantines.data?.quarantines.map((one) => one.name) ?? []} />
      <Found key={JSON.stringify(asked)} filter={asked} />
    </ConsolePage>
  );
}

function SettingsLink(): ReactNode {
  return (
    <May do="config:read">
      <Button
        variant="default"
        leftSection={<IconSettings size={14} />}
        renderRoot={(root) => <Link to={QUARANTINE_SETTINGS} {...root} />}
      >
        Quarantine Settings
      </Button>
    </May>
  );
}

function Found({ filter }: { filter: QuarantineFilter }): ReactNode {
  const found = useCall(searchQuarantine, { body: { ...filter, limit: 500 } }, { every: 10_000 });
  return (
    <Block title="Messages">
      <Loaded of={found} rows={8}>
        {(page) => <Results page={page} filter={filter} />}
      </Loaded>
    </Block>
  );
}

const COLUMNS: Column<QuarantineStatus>[] = [
  {
    id: 'name',
    label: 'Quarantine',
    value: (q) => q.name,
    cell: (q) => (
      <>
        {q.name} {q.removed && <Status tone="warn">not in the configuration</Status>}
      </>
    ),
  },
  {
    id: 'messages',
    label: 'Messages',
    width: 100,
    right: true,
    value: (q) => q.messages,
    cell: (q) => q.messages,
  },
  {
    id: 'bytes',
    label: 'Size',
    width: 190,
    right: true,
    value: (q) => q.bytes,
    cell: (q) => <Filled of={q} />,
  },
  {
    id: 'keep',
    label: 'Kept for',
    width: 190,
    value: (q) => q.keepHours,
    cell: stayWords,
  },
  {
    id: 'oldest',
    label: 'Oldest',
    width: 190,
    cell: (q) => (q.oldest ? <Time at={q.oldest} only="relative" /> : '–'),
  },
];

const Filled = ({ of }: { of: QuarantineStatus }): ReactNode => (
  <>
    {bytes(of.bytes)} <span className="muted">of {amountText(of.maxBytes, SIZES)}</span>
  </>
);

function Quarantines({ all, asked }: { all: QuarantineStatus[]; asked: Asked }): ReactNode {
  const navigate = useNavigate();
  return (
    <Table
      label="Quarantines"
      rows={all}
      columns={COLUMNS}
      rowKey={(q) => q.name}
      activeKey={asked.quarantine}
      minWidth={840}
      onOpen={({ name }) => void navigate({ to: QUARANTINES, search: { quarantine: name } as never })}
      bare
    />
  );
}

function SearchForm({ asked, names }: { asked: Asked; names: string[] }): ReactNode {
  const navigate = useNavigate();
  const address = JSON.stringify(asked);
  const [form, setForm] = useState(asked);
  useEffect(() => setForm(JSON.parse(address) as Asked), [address]);
  const set = (name: keyof Asked) => (value: string) => setForm((now) => ({ ...now, [name]: value }));
  const search = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({ to: QUARANTINES, search: form as never });
  };
  return (
    <search>
      <Block title="Search">
        <form className={css.stack} onSubmit={search} noValidate>
          <div className={css.grid2}>
            <Select
              label="Quarantine"
              placeholder="All"
              clearable
              data={names}
              value={form.quarantine ?? null}
              onChange={(name) => set('quarantine')(name ?? '')}
            />
            <Field label="Envelope Sender" value={form.sender} onChange={set('sender')} />
            <Field label="Envelope Recipient" value={form.recipient} onChange={set('recipient')} />
            <Field label="Subject" value={form.subject} onChange={set('subject')} />
            <Field label="Reason" value={form.reason} onChange={set('reason')} />
          </div>
          <div className={css.row}>
            <Button type="submit" leftSection={<IconSearch size={14} />}>
              Search
            </Button>
            <Button variant="subtle" onClick={() => void navigate({ to: QUARANTINES, search: {} as never })}>
              Clear
            </Button>
          </div>
        </form>
      </Block>
    </search>
  );
}

interface FieldProps {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}

const Field = ({ label, value, onChange }: FieldProps): ReactNode => (
  <TextInput
    label={label}
    placeholder="contains"
    value={value ?? ''}
    onChange={(e) => onChange(e.currentTarget.value)}
  />
);
