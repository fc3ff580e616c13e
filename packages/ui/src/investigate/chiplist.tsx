/** What was recognised, as chips by type: leave out, take in, decide what it is. */
import { Menu } from '@mantine/core';
import type { ObservableType } from '@sightline/ctim';
import { IconChevronDown, IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { TypeGlyph } from '../kit/icons.tsx';
import { shortValue, typeName } from '../kit/observable.ts';
import { PivotMenu } from '../kit/pivot.tsx';
import { middle, visible } from '../kit/text.ts';
import { byType, type Chip } from './chips.ts';
import css from './query.module.css';

const SHOWN = 60;

export function Chips({
  list,
  onChoose,
}: {
  list: Chip[];
  onChoose: (key: string, choice: ObservableType | 'off' | undefined) => void;
}): ReactNode {
  return (
    <div className={css.chips}>
      {byType(list).map(([type, group]) => (
        <div key={type} className={css.group}>
          <span className={css.groupName}>
            {typeName(type)} {group.length > 1 && <span className="mono">{group.length}</span>}
          </span>
          <ul className={css.list} aria-label={typeName(type)}>
            {group.slice(0, SHOWN).map((chip) => (
              <OneChip key={chip.key} chip={chip} onChoose={(choice) => onChoose(chip.key, choice)} />
            ))}
          </ul>
          {group.length > SHOWN && <span className={css.rest}>and {group.length - SHOWN} more</span>}
        </div>
      ))}
    </div>
  );
}

function OneChip({
  chip,
  onChoose,
}: {
  chip: Chip;
  onChoose: (choice: ObservableType | 'off' | undefined) => void;
}): ReactNode {
  const { observable, found, on, open } = chip;
  const label = `${typeName(observable.type)} ${observable.value}`;
  const off = !on && !open;
  return (
    <li
      className={css.chip}
      data-open={open || undefined}
      data-bad={found.problem ? true : undefined}
      data-off={off || undefined}
      title={
        found.problem ??
        (found.original === found.value ? observable.value : `${found.original} → ${found.value}`)
      }
    >
      <TypeGlyph type={observable.type} size={13} />
      <bdi className={css.chipValue}>{shortValue(observable, 48)}</bdi>
      <Why chip={chip} />
      <PivotMenu observable={observable} />
      {found.alternative && <TypeSwitch chip={chip} onChoose={onChoose} />}
      <button
        type="button"
        className={css.chipButton}
        aria-label={on ? `Leave out ${label}` : `Ask about ${label}`}
        onClick={() => onChoose(on ? 'off' : observable.type)}
      >
        {on ? <IconX size={12} /> : <IconPlus size={12} />}
      </button>
    </li>
  );
}

/** Why it is not asked about; else how it stood in the text, where that is something else. */
function Why({ chip: { found } }: { chip: Chip }): ReactNode {
  const { problem, original, value } = found;
  if (problem === undefined && original === value) return null;
  const text = problem ?? `was ${original}`;
  return <bdi className={css.why}>{visible(middle(text, 30, 12))}</bdi>;
}

function TypeSwitch({
  chip,
  onChoose,
}: {
  chip: Chip;
  onChoose: (choice: ObservableType | 'off') => void;
}): ReactNode {
  const types = [chip.found.type, chip.found.alternative].filter((t) => t !== undefined);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={css.chipButton} data-open={chip.open || undefined}>
          {chip.open ? 'decide' : typeName(chip.observable.type)}
          <IconChevronDown size={11} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {types.map((type) => (
          <Menu.Item key={type} leftSection={<TypeGlyph type={type} />} onClick={() => onChoose(type)}>
            {typeName(type)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconX size={14} />} onClick={() => onChoose('off')}>
          Leave out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
