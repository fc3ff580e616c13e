import { Input, NativeSelect } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { amountParts, type Units } from './amount.ts';
import css from './amountfield.module.css';

interface AmountProps {
  label: string;
  description?: string;
  units: Units;
  /** A number and its unit. */
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

/** A size or a time: the number beside its unit. */
export function Amount({ label, description, units, value, error, onChange }: AmountProps): ReactNode {
  const [number, unit] = amountParts(value);
  const id = useId();
  return (
    <Input.Wrapper id={id} size="xs" label={label} description={description} error={error}>
      <div className={css.both}>
        <Input
          id={id}
          size="xs"
          inputMode="decimal"
          autoComplete="off"
          value={number}
          error={error}
          onChange={(e) => onChange(`${e.currentTarget.value} ${unit}`)}
        />
        <NativeSelect
          aria-label={`${label}: unit`}
          data={units.map(([name]) => name)}
          value={unit}
          onChange={(e) => onChange(`${number} ${e.currentTarget.value}`)}
        />
      </div>
    </Input.Wrapper>
  );
}
