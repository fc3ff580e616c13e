/** One field of a row, as its kind is edited. */
import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { SIZES } from '../amount.ts';
import { Amount } from '../amountfield.tsx';
import css from '../console.module.css';
import type { Draft } from '../receive/draft.ts';
import own from './filters.module.css';
import type { How, RowField } from './kinds.ts';
import { TESTS } from './words.ts';

interface InputProps {
  spec: RowField;
  values: Draft;
  error: string | undefined;
  quarantines: readonly string[];
  set: (part: Draft) => void;
}

/** Nothing is compared with where something only has to be there. */
const isNeeded = ({ field }: RowField, { op }: Draft): boolean => field !== 'value' || op !== 'exists';

export function RowInput(props: InputProps): ReactNode {
  const One = INPUTS[props.spec.how];
  return isNeeded(props.spec, props.values) && <One {...props} />;
}

const WIDTHS: Partial<Record<How, string | undefined>> = { whole: own.short, mono: own.name };

function Text({ spec: { field, label, placeholder, how }, values, error, set }: InputProps): ReactNode {
  return (
    <TextInput
      className={WIDTHS[how] ?? own.long}
      label={label}
      placeholder={placeholder}
      value={String(values[field] ?? '')}
      error={error}
      spellCheck={false}
      autoComplete="off"
      classNames={how === 'mono' ? { input: 'mono' } : {}}
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

function Lines({ spec: { field, label, placeholder }, values, error, set }: InputProps): ReactNode {
  return (
    <Textarea
      className={own.long}
      label={label}
      placeholder={placeholder}
      autosize
      minRows={1}
      maxRows={10}
      value={String(values[field] ?? '')}
      error={error}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

/** What was entered in the configuration file and is not offered here stays. */
function Many({ spec: { field, label, choices = [] }, values, error, set }: InputProps): ReactNode {
  const chosen = values[field] as string[];
  const other = chosen.filter((one) => !choices.some(([value]) => value === one));
  return (
    <Checkbox.Group
      className={own.all}
      label={label}
      value={chosen}
      error={error}
      onChange={(value) => set({ [field]: value })}
    >
      <div className={`${css.row} ${own.ticks}`}>
        {[...choices, ...other.map((one) => [one, one] as const)].map(([value, text]) => (
          <Checkbox key={value} value={value} label={text} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function Bytes({ spec: { field, label }, values, error, set }: InputProps): ReactNode {
  return (
    <Amount
      label={label}
      units={SIZES}
      value={String(values[field] ?? '')}
      error={error}
      onChange={(value) => set({ [field]: value })}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  error: string | undefined;
  data: { value: string; label: string }[];
  onChange: (value: string) => void;
}

const Choice = ({ onChange, ...rest }: ChoiceProps): ReactNode => (
  <NativeSelect {...rest} onChange={(e) => onChange(e.currentTarget.value)} />
);

function Test({ spec: { label }, values, error, set }: InputProps): ReactNode {
  const at = TESTS.findIndex(([op, not]) => op === values.op && not === values.not);
  return (
    <Choice
      label={label}
      error={error}
      data={TESTS.map(([, , text], i) => ({ value: String(i), label: text }))}
      value={String(at)}
      onChange={(value) => {
        const [op = 'contains', not = false] = TESTS[Number(value)] ?? [];
        set({ op, not });
      }}
    />
  );
}

function Within({ spec: { field, label }, values, error, set }: InputProps): ReactNode {
  return (
    <Choice
      label={label}
      error={error}
      data={[
        { value: 'in', label: 'is in' },
        { value: 'out', label: 'is not in' },
      ]}
      value={values[field] === true ? 'out' : 'in'}
      onChange={(value) => set({ [field]: value === 'out' })}
    />
  );
}

function Quarantine({ spec: { field, label }, values, error, quarantines, set }: InputProps): ReactNode {
  const value = String(values[field] ?? '');
  const names = quarantines.includes(value) ? quarantines : [...quarantines, value];
  return (
    <Choice
      label={label}
      error={error}
      data={names.map((name) => ({ value: name, label: name }))}
      value={value}
      onChange={(name) => set({ [field]: name })}
    />
  );
}

const INPUTS: Record<How, (props: InputProps) => ReactNode> = {
  text: Text,
  mono: Text,
  whole: Text,
  lines: Lines,
  many: Many,
  bytes: Bytes,
  test: Test,
  within: Within,
  quarantine: Quarantine,
};
