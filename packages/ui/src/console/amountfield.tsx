import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
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
  return (
    <div className={css.amount}>
      <TextInput
        label={label}
        description={description}
        inputMode="decimal"
        autoComplete="off"
        value={number}
        error={error}
        onChange={(e) => onChange(`${e.currentTarget.value} ${unit}`)}
        rightSectionWidth={84}
        rightSection={
          <NativeSelect
            variant="unstyled"
            aria-label={`${label}: unit`}
            data={units.map(([name]) => name)}
            value={unit}
            onChange={(e) => onChange(`${number} ${e.currentTarget.value}`)}
          />
        }
      />
    </div>
  );
}
