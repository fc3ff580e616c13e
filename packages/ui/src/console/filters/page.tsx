/** Mail Policies > Incoming and Outgoing Content Filters. */
import { JsonInput, Select, Switch, TextInput } from '@mantine/core';
import { type ContentFilter, type Direction, ContentFilter as Filter } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { INCOMING_FILTERS, OUTGOING_FILTERS } from '../places.ts';
import { type Editing, Frame, SubmitOrCancel } from '../receive/frame.tsx';
import receive from '../receive/receive.module.css';
import { AddButton, Rows } from '../receive/rows.tsx';
import { draftOf, EXAMPLE, type FilterDraft, filterOf, words } from './draft.ts';

export const IncomingFiltersPage = (): ReactNode => <Page direction="incoming" />;
export const OutgoingFiltersPage = (): ReactNode => <Page direction="outgoing" />;

function Page({ direction }: { direction: Direction }): ReactNode {
  const incoming = direction === 'incoming';
  return (
    <Frame
      title={incoming ? 'Incoming Content Filters' : 'Outgoing Content Filters'}
      lead="Tried in this order, by the mail policies that name them."
      place={incoming ? INCOMING_FILTERS : OUTGOING_FILTERS}
    >
      {(editing) => <Filters direction={direction} editing={editing} />}
    </Frame>
  );
}

function Filters({ direction, editing }: { direction: Direction; editing: Editing }): ReactNode {
  const [open, setOpen] = useState<number | null>(null);
  const { config, submit } = editing;
  const all = config.filters[direction];
  const put = (list: ContentFilter[], done?: () => void): void =>
    submit({ filters: { [direction]: list } }, done);
  if (open !== null)
    return (
      <Editor
        filter={all[open] ?? { ...Filter.parse(EXAMPLE), name: '' }}
        editing={editing}
        onSubmit={(one) => put(all.toSpliced(open, 1, one), () => setOpen(null))}
        onClose={() => setOpen(null)}
      />
    );
  const users = (name: string): string[] => usersOf(config.policies[direction], name);
  return (
    <Block title="Filters" actions={<AddButton onClick={() => setOpen(all.length)}>Add Filter</AddButton>}>
      <Rows
        label="Content filters"
        head={['Filter', 'Conditions', 'Actions', 'Used by']}
        rows={all.map((one, i) => ({
          name: one.name,
          cells: cells(one, users(one.name)),
          onEdit: () => setOpen(i),
          ...(users(one.name).length > 0
            ? { kept: `In use by ${users(one.name).join(', ')}.` }
            : { onRemove: () => put(all.toSpliced(i, 1)) }),
        }))}
        onMove={(from, to) => put(all.toSpliced(from, 1).toSpliced(to, 0, all[from] as ContentFilter))}
      />
    </Block>
  );
}

function usersOf(policies: Editing['config']['policies'][Direction], name: string): string[] {
  const ordered = policies.ordered.filter((one) => one.filters?.includes(name)).map((one) => one.name);
  return policies.default.filters.includes(name) ? [...ordered, 'DEFAULT'] : ordered;
}

const cells = (one: ContentFilter, users: string[]): ReactNode[] => [
  <span key="name" className={receive.name}>
    {one.enabled ? one.name : `${one.name} (off)`}
  </span>,
  one.conditions.map(words).join(one.match === 'all' ? ' and ' : ' or ') || 'every message',
  one.actions.map(words).join(', '),
  users.join(', ') || 'no policy',
];

interface EditorProps {
  filter: ContentFilter;
  editing: Editing;
  onSubmit: (filter: ContentFilter) => void;
  onClose: () => void;
}

function Editor({ filter, editing, onSubmit, onClose }: EditorProps): ReactNode {
  const [draft, setDraft] = useState(() => draftOf(filter));
  const [problem, setProblem] = useState('');
  const set = (part: Partial<FilterDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = filterOf(draft);
    setProblem('problem' in result ? result.problem : '');
    if ('filter' in result) onSubmit(result.filter);
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <Block title={draft.name || 'Add Filter'}>
        <div className={css.stack}>
          <Head draft={draft} set={set} />
          <Source
            label="Conditions"
            value={draft.conditions}
            onChange={(conditions) => set({ conditions })}
          />
          <Source label="Actions" value={draft.actions} onChange={(actions) => set({ actions })} />
          {problem !== '' && <p role="alert">{problem}</p>}
        </div>
      </Block>
      <SubmitOrCancel editing={editing} onClose={onClose} />
    </form>
  );
}

function Head({ draft, set }: { draft: FilterDraft; set: (part: Partial<FilterDraft>) => void }): ReactNode {
  return (
    <>
      <div className={css.grid2}>
        <TextInput label="Name" value={draft.name} onChange={(e) => set({ name: e.currentTarget.value })} />
        <TextInput
          label="Description"
          value={draft.description}
          onChange={(e) => set({ description: e.currentTarget.value })}
        />
      </div>
      <Switch
        label="Enabled"
        checked={draft.enabled}
        onChange={(e) => set({ enabled: e.currentTarget.checked })}
      />
      <Select
        label="Acts when"
        allowDeselect={false}
        data={[
          { value: 'all', label: 'all conditions hold' },
          { value: 'any', label: 'any of the conditions holds' },
        ]}
        value={draft.match}
        onChange={(match) => set({ match: match === 'any' ? 'any' : 'all' })}
      />
    </>
  );
}

interface SourceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A list as it stands in the configuration file; the guide names all kinds. */
function Source({ label, value, onChange }: SourceProps): ReactNode {
  return (
    <JsonInput
      label={label}
      autosize
      minRows={4}
      maxRows={18}
      validationError="This is not JSON."
      classNames={{ input: 'mono' }}
      spellCheck={false}
      value={value}
      onChange={onChange}
    />
  );
}
