/** Items of the user menu: density of tables and contrast. */
import { Menu, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Contrast, type Density, setDisplay, useDisplay } from './display.ts';

export function DisplayItems(): ReactNode {
  const { density, contrast } = useDisplay();
  return (
    <>
      <Menu.Label>Display</Menu.Label>
      <SegmentedControl
        size="xs"
        fullWidth
        mx="xs"
        aria-label="Density of tables"
        data={[
          { value: 'compact', label: 'Compact' },
          { value: 'normal', label: 'Normal' },
          { value: 'comfortable', label: 'Wide' },
        ]}
        value={density}
        onChange={(value) => setDisplay({ density: value as Density })}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        mx="xs"
        mt={6}
        mb={6}
        aria-label="Contrast"
        data={[
          { value: 'normal', label: 'Normal' },
          { value: 'more', label: 'High contrast' },
        ]}
        value={contrast}
        onChange={(value) => setDisplay({ contrast: value as Contrast })}
      />
    </>
  );
}
