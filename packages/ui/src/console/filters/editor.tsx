/** One content filter as a form: what it is called, when it acts, what it does. */
import { MultiSelect, NativeSelect, Switch, TextInput } from '@mantine/core';
import type { Config, ContentFilter, Direction } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { type Draft, faultsAt, type Problems } from '../receive/draft.ts';
import { type Editing, SubmitOrCancel } from '../receive/frame.tsx';
import { DEFAULT, policyNames, usersOf } from './change.ts';
import { type FilterDraft, filterDraft, filterOf } from './draft.ts';
import own from './filters.module.css';
import { RowList } from './rowlist.tsx';
import { filterWords } from './words.ts';

interface EditorProps {
  filter: ContentFilter;
  /** Place in the list, or behind its end for a new one. */
  index: number;
  direction: Direction;
  editing: Editing;
  onSubmit: (filter: ContentFilter, users: string[]) => void;
  onClose: () => void;
}

export function Editor({ filter, index, direction, editing, onSubmit, onClose }: EditorProps): ReactNode {
  const { config } = editing;
  const policies = config.policies[direction];
  const isNew = index >= config.filters[direction].length;
  const [draft, setDraft] = useState(() => filterDraft(filter));
  const [users, setUsers] = useState(() => (isNew ? [DEFAULT] : usersOf(policies, filter.name)));
  const [found, setFound] = useState<Problems>({});
  const problems =
    Object.keys(found).length > 0 ? found : byField(faultsAt(editing.error, `filters.${direction}.${index}`));
  const set = (part: Partial<FilterDraft>): void => {
    setDraft((now) => ({ ...now, ...part }));
    setFound({});
    editing.forget();
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = filterOf(draft);
    setFound('problems' in result ? result.problems : {});
    if ('filter' in result) onSubmit(result.filter, users);
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <Block title={isNew ? 'Add Filter' : filter.name}>
        <Head
          head={draft.head}
          problems={problems}
          set={(part) => set({ head: { ...draft.head, ...part } })}
          policies={policyNames(policies)}
          users={users}
          setUsers={setUsers}
        />
      </Block>
      <Rows draft={draft} problems={problems} config={config} set={set} />
      <Sentence draft={draft} />
      <SubmitOrCancel editing={editing} onClose={onClose} />
    </form>
  );
}

/** Of a list in a field the field is what is marked. */
const byField = (problems: Problems): Problems =>
  Object.fromEntries(
    Object.entries(problems).map(([path, text]) => [path.split('.').slice(0, 3).join('.'), text]),
  );

interface HeadProps {
  head: Draft;
  problems: Problems;
  set: (part: Draft) => void;
  policies: string[];
  users: string[];
  setUsers: (users: string[]) => void;
}

function Head({ head, problems, set, policies, users, setUsers }: HeadProps): ReactNode {
  const text = (field: string, label: string): ReactNode => (
    <TextInput
      label={label}
      value={String(head[field])}
      error={problems[field]}
      autoComplete="off"
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
  return (
    <div className={css.stack}>
      <div className={css.grid2}>
        {text('name', 'Name')}
        {text('description', 'Description')}
        <MultiSelect
          label="Mail policies that use it"
          description="Without one it does nothing."
          data={policies}
          value={users}
          onChange={setUsers}
        />
      </div>
      <Switch
        label="Enabled"
        checked={head.enabled === true}
        onChange={(e) => set({ enabled: e.currentTarget.checked })}
      />
    </div>
  );
}

interface RowsProps {
  draft: FilterDraft;
  problems: Problems;
  config: Config;
  set: (part: Partial<FilterDraft>) => void;
}

function Rows({ draft, problems, config, set }: RowsProps): ReactNode {
  const shared = { problems, quarantines: config.quarantines.map((one) => one.name) };
  const match = (
    <NativeSelect
      aria-label="Acts when"
      data={[
        { value: 'all', label: 'all of them hold' },
        { value: 'any', label: 'any of them holds' },
      ]}
      value={String(draft.head.match)}
      onChange={(e) => set({ head: { ...draft.head, match: e.currentTarget.value } })}
    />
  );
  return (
    <>
      <Block title="Conditions" actions={match}>
        <RowList
          part="conditions"
          rows={draft.conditions}
          onChange={(conditions) => set({ conditions })}
          {...shared}
        />
      </Block>
      <Block title="Actions">
        <RowList part="actions" rows={draft.actions} onChange={(actions) => set({ actions })} {...shared} />
      </Block>
    </>
  );
}

/** The filter as it would read in the list, once it is complete. */
function Sentence({ draft }: { draft: FilterDraft }): ReactNode {
  const result = filterOf({ ...draft, head: { ...draft.head, name: 'x' } });
  return 'filter' in result && <p className={own.sentence}>{filterWords(result.filter)}</p>;
}
