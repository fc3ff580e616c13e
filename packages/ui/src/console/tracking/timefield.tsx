import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { absolute, zoneName } from '../../kit/time.ts';
import { useZone } from '../../kit/when.tsx';
import { readFieldTime } from './form.ts';

interface TimeFieldProps {
  label: string;
  /** Epoch milliseconds. */
  value: number | null;
  problem: string | undefined;
  onChange: (value: number | null) => void;
}

/** Date and time in the zone that the whole console shows. */
export function TimeField({ label, value, problem, onChange }: TimeFieldProps): ReactNode {
  const { zone, now } = useZone();
  return (
    <TextInput
      type="datetime-local"
      label={`${label} (${zoneName(value ?? now, zone)})`}
      error={problem}
      value={value === null ? '' : absolute(value, zone).slice(0, 16).replace(' ', 'T')}
      onChange={(e) => onChange(readFieldTime(e.currentTarget.value, zone))}
    />
  );
}
