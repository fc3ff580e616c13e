/** The dialogs that add a judgement, an indicator, a feed, a casebook or an incident. */
import { Modal, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { type Endpoint, INTEL } from '@sightline/api';
import { OBSERVABLE_TYPES } from '@sightline/ctim';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { typeName } from '../kit/observable.ts';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import css from './intel.module.css';
import { type Kind, useEntities } from './search.ts';

type Values = Record<string, string>;

interface FieldOf {
  name: string;
  label: string;
  kind?: 'long' | 'number' | readonly (string | { value: string; label: string })[];
  value?: string;
  required?: boolean;
}

const LEVELS = ['High', 'Medium', 'Low', 'Unknown'] as const;
const TLP: FieldOf = {
  name: 'tlp',
  label: 'TLP',
  kind: [
    { value: 'amber', label: 'Amber: your organisation' },
    { value: 'red', label: 'Red: you alone' },
    { value: 'green', label: 'Green: may be passed on in the community' },
    { value: 'white', label: 'White: may be passed on to everybody' },
  ],
  value: 'amber',
};
const TYPES = ['domain', 'ip', 'url', 'email', 'sha256', 'email_subject', ...OBSERVABLE_TYPES];
const title: FieldOf = { name: 'title', label: 'Title', required: true };

const FORMS: Partial<
  Record<Kind, { title: string; fields: FieldOf[]; body: (v: Values, me: string) => object }>
> = {
  judgement: {
    title: 'Add Judgement',
    fields: [
      {
        name: 'type',
        label: 'Type',
        kind: [...new Set(TYPES)].map((value) => ({ value, label: typeName(value) })),
        value: 'domain',
      },
      { name: 'value', label: 'Observable', required: true },
      {
        name: 'disposition',
        label: 'Disposition',
        kind: ['Malicious', 'Suspicious', 'Clean', 'Common', 'Unknown'],
        value: 'Malicious',
      },
      {
        name: 'priority',
        label: 'Priority: people 100, curated lists 95, programs up to 90',
        kind: 'number',
        value: '100',
      },
      { name: 'confidence', label: 'Confidence', kind: LEVELS, value: 'High' },
      { name: 'severity', label: 'Severity', kind: LEVELS, value: 'Medium' },
      { name: 'reason', label: 'Reason' },
      TLP,
    ],
    body: ({ type, value, disposition, priority, ...rest }, me) => ({
      ...rest,
      observable: { type, value },
      disposition_name: disposition,
      priority: Number(priority),
      source: me,
    }),
  },
  indicator: {
    title: 'Add Indicator',
    fields: [
      title,
      { name: 'description', label: 'Description', kind: 'long' },
      { name: 'producer', label: 'Producer', required: true },
      { name: 'tags', label: 'Tags, with commas between' },
      { name: 'severity', label: 'Severity', kind: LEVELS, value: 'Medium' },
      TLP,
    ],
    body: ({ tags, ...rest }) => ({
      ...rest,
      tags: (tags ?? '')
        .split(',')
        .map((t) => t.trim())
        .filter((t) => t !== ''),
    }),
  },
  casebook: {
    title: 'New Casebook',
    fields: [title, { name: 'description', label: 'Description', kind: 'long' }, TLP],
    body: (v) => ({ ...v, observables: [], texts: [] }),
  },
  incident: {
    title: 'New Incident',
    fields: [
      title,
      { name: 'description', label: 'Description', kind: 'long' },
      { name: 'severity', label: 'Severity', kind: ['Critical', ...LEVELS], value: 'Medium' },
      { name: 'confidence', label: 'Confidence', kind: LEVELS, value: 'Medium' },
      TLP,
    ],
    body: (v) => ({
      ...v,
      status: 'New',
      promotion_method: 'Manual',
      incident_time: { opened: new Date().toISOString() },
    }),
  },
  feed: {
    title: 'Add Feed',
    fields: [
      title,
      {
        name: 'output',
        label: 'Output',
        kind: [
          { value: 'observables', label: 'Observables, one a line' },
          { value: 'judgements', label: 'Judgements, as JSON' },
        ],
        value: 'observables',
      },
      { name: 'indicator_id', label: 'Indicator whose judgements the feed gives out', kind: [] },
    ],
    body: (v) => ({ ...v, feed_type: 'indicator' }),
  },
};

export interface AddProps {
  kind: Kind;
  me: string;
  onClose: () => void;
  onDone?: (id: string) => void;
}

export default function Form({ kind, me, onClose, onDone }: AddProps): ReactNode {
  const form = FORMS[kind];
  const fields = useFields(kind, form?.fields ?? []);
  const [values, setValues] = useState<Values>({});
  const add = useAct(INTEL[kind].create as unknown as typeof INTEL.note.create, {
    refresh: [INTEL[kind].search as unknown as Endpoint],
    done: 'Added.',
    onDone: ({ id }) => {
      onDone?.(id);
      onClose();
    },
  });
  if (!form) return null;
  const all = Object.fromEntries(fields.map((f) => [f.name, values[f.name] ?? f.value ?? '']));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''));
    add.mutate({ query: {}, body: form.body(given, me) as never });
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={form.title}>
      <form className={css.stack} onSubmit={send}>
        {fields.map((field, i) => (
          <Field
            key={field.name}
            field={field}
            first={i === 0}
            value={all[field.name] ?? ''}
            onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
          />
        ))}
        <Problem error={add.error} />
        <SubmitRow onCancel={onClose} busy={add.isPending}>
          Add
        </SubmitRow>
      </form>
    </Modal>
  );
}

/** A feed offers the indicators that there are. */
function useFields(kind: Kind, fields: FieldOf[]): FieldOf[] {
  const found = useEntities('indicator', { limit: '100' });
  if (kind !== 'feed') return fields;
  const choices = (found.data?.pages.flat() ?? []).map((i) => ({
    value: i.id,
    label: i.title ?? i.producer,
  }));
  return fields.map((f) =>
    f.name === 'indicator_id' ? { ...f, kind: choices, value: choices[0]?.value ?? '' } : f,
  );
}

interface FieldProps {
  field: FieldOf;
  first: boolean;
  value: string;
  onChange: (value: string) => void;
}

function Field({ field, first, value, onChange }: FieldProps): ReactNode {
  const { kind, label, required = false } = field;
  const shared = { label, required, ...(first ? { 'data-autofocus': true } : {}) };
  if (kind === 'long')
    return (
      <Textarea
        {...shared}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={5000}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  if (kind === 'number')
    return <NumberInput {...shared} min={0} max={100} value={value} onChange={(n) => onChange(String(n))} />;
  if (kind)
    return (
      <NativeSelect
        {...shared}
        data={kind as string[]}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...shared}
      maxLength={1024}
      autoComplete="off"
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
