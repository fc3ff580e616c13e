/** A list of settings edited as rows of fields; the same for routes, destinations, accounts and profiles. */
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './rows.module.css';

export type Fields = Record<string, string>;

export interface FieldSpec {
  key: string;
  label: string;
  placeholder?: string;
  /** Values to choose from; text without them. */
  options?: { value: string; label: string }[];
  secret?: boolean;
}

interface RowsProps {
  /** One of them, e.g. `route`. */
  noun: string;
  specs: FieldSpec[];
  rows: Fields[];
  /** By `index.key`. */
  problems: Record<string, string>;
  fresh: Fields;
  /** Rows are neither added nor deleted. */
  only?: boolean;
  onChange: (rows: Fields[]) => void;
}

export function Rows({ noun, specs, rows, problems, fresh, only, onChange }: RowsProps): ReactNode {
  const change = (index: number, key: string, value: string): void =>
    onChange(rows.map((row, i) => (i === index ? { ...row, [key]: value } : row)));
  return (
    <div className={css.rows}>
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are edited in place and have no other identity
        <fieldset key={i} className={css.entry} aria-label={`${noun} ${i + 1}`}>
          {specs.map((spec) => (
            <Field
              key={spec.key}
              spec={spec}
              value={row[spec.key] ?? ''}
              error={problems[`${i}.${spec.key}`]}
              onChange={(value) => change(i, spec.key, value)}
            />
          ))}
          {!only && (
            <ActionIcon
              className={css.remove}
              size={30}
              aria-label={`Delete ${noun} ${i + 1}`}
              onClick={() => onChange(rows.filter((_, at) => at !== i))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          )}
        </fieldset>
      ))}
      {!only && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, fresh])}
        >
          Add {noun}
        </Button>
      )}
    </div>
  );
}

interface FieldProps {
  spec: FieldSpec;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Field({ spec, value, error, onChange }: FieldProps): ReactNode {
  const { label, options, placeholder, secret } = spec;
  if (options)
    return (
      <NativeSelect
        label={label}
        data={options}
        value={value}
        error={error}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={value}
      error={error}
      spellCheck={false}
      type={secret ? 'password' : 'text'}
      autoComplete="off"
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
