/** Beside the query: at once or by hand, which modules, how far back. */
import { Button, Checkbox, NativeSelect, Popover } from '@mantine/core';
import { listModules } from '@sightline/api';
import { IconBoxMultiple } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { useMay } from '../kit/may.tsx';
import { visible } from '../kit/text.ts';
import css from './query.module.css';
import type { Scope } from './scope.ts';

interface ScopeProps {
  scope: Scope;
  onScope: (scope: Scope) => void;
}

const MODES = [
  { value: 'auto', label: 'Automatic' },
  { value: 'manual', label: 'Manual' },
];
const SPANS = [1, 7, 30, 90, 365];
const spanName = (days: number): string => (days === 1 ? 'Last 24 hours' : `Last ${days} days`);

export function ScopeTools({ scope, onScope }: ScopeProps): ReactNode {
  const { manual, days } = scope;
  const spans = days === undefined || SPANS.includes(days) ? SPANS : [...SPANS, days];
  return (
    <div className={css.scope}>
      <NativeSelect
        aria-label="Mode"
        title="Automatic asks every module at once. Manual shows what was recognised; you ask node by node."
        data={MODES}
        value={manual ? 'manual' : 'auto'}
        onChange={(e) => onScope({ ...scope, manual: e.currentTarget.value === 'manual' })}
      />
      <NativeSelect
        aria-label="Timeframe"
        data={[
          { value: '', label: 'Timeframe of each module' },
          ...spans.map((n) => ({ value: String(n), label: spanName(n) })),
        ]}
        value={days === undefined ? '' : String(days)}
        onChange={(e) => onScope({ ...scope, days: Number(e.currentTarget.value) || undefined })}
      />
      <Modules scope={scope} onScope={onScope} />
    </div>
  );
}

function Modules({ scope, onScope }: ScopeProps): ReactNode {
  const [opened, setOpened] = useState(false);
  const found = useCall(listModules, undefined, { enabled: useMay('module:read') });
  const all = (found.data?.modules ?? []).filter((module) => module.enabled);
  const chosen = scope.modules;
  const isOn = (id: string): boolean => chosen === undefined || chosen.includes(id);
  const on = all.filter(({ id }) => isOn(id));
  const toggle = (id: string): void => {
    const next = all.map((m) => m.id).filter((one) => (one === id ? !isOn(one) : isOn(one)));
    if (next.length === 0) return;
    onScope({ ...scope, modules: next.length === all.length ? undefined : next });
  };
  if (all.length === 0) return null;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBoxMultiple size={14} />}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          Modules ({on.length} of {all.length})
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className={css.modules}>
          <legend>Ask these modules</legend>
          {all.map(({ id, name }) => (
            <Checkbox
              key={id}
              size="xs"
              label={visible(name)}
              checked={isOn(id)}
              disabled={isOn(id) && on.length === 1}
              onChange={() => toggle(id)}
            />
          ))}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
