import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import css from '../console.module.css';
import type { FieldsProps } from './frame.tsx';

interface FieldProps extends FieldsProps {
  field: string;
  label: string;
  description?: string;
  placeholder?: string;
}

export function Text({ draft, problems, set, field, ...rest }: FieldProps): ReactNode {
  return (
    <TextInput
      {...rest}
      value={String(draft[field])}
      error={problems[field]}
      spellCheck={false}
      autoComplete="off"
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

export function Lines({
  draft,
  problems,
  set,
  field,
  rows = 4,
  ...rest
}: FieldProps & { rows?: number }): ReactNode {
  return (
    <Textarea
      {...rest}
      autosize
      minRows={rows}
      maxRows={18}
      spellCheck={false}
      value={String(draft[field])}
      error={problems[field]}
      classNames={{ input: 'mono' }}
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

/** Value and label of each choice. */
export type Choices = readonly (readonly [value: string, label: string])[];

export function Choice({
  draft,
  problems,
  set,
  field,
  choices,
  ...rest
}: FieldProps & { choices: Choices }): ReactNode {
  return (
    <Select
      {...rest}
      allowDeselect={false}
      data={choices.map(([value, label]) => ({ value, label }))}
      value={String(draft[field])}
      error={problems[field]}
      onChange={(value) => set({ [field]: value ?? '' })}
    />
  );
}

export function Tick({ draft, set, field, label, description }: FieldProps): ReactNode {
  return (
    <Checkbox
      label={label}
      description={description}
      checked={draft[field] === true}
      onChange={(e) => set({ [field]: e.currentTarget.checked })}
    />
  );
}

export function Many({
  draft,
  set,
  field,
  label,
  description,
  choices,
}: FieldProps & { choices: string[] }): ReactNode {
  return (
    <Checkbox.Group
      label={label}
      description={description}
      value={draft[field] as string[]}
      onChange={(value) => set({ [field]: value })}
    >
      <div className={css.row} style={{ marginTop: 6, gap: 16 }}>
        {choices.map((name) => (
          <Checkbox key={name} value={name} label={name} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
