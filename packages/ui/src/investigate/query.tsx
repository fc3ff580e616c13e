/** The query box: text in, what was recognised below it, and the button that asks. */
import { Button, Kbd, Menu } from '@mantine/core';
import type { Observable, ObservableType } from '@sightline/ctim';
import {
  IconChevronDown,
  IconPencil,
  IconPlayerStop,
  IconPlus,
  IconSearch,
  IconX,
} from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type Ref, useDeferredValue, useMemo, useState } from 'react';
import { Confirm } from '../kit/confirm.tsx';
import { TypeGlyph } from '../kit/icons.tsx';
import { shortValue, typeName } from '../kit/observable.ts';
import { ObservableTag } from '../kit/tag.tsx';
import { count } from '../kit/text.ts';
import { ASK_FROM, byType, type Chip, type Choices, chips, chosen, LIMIT } from './chips.ts';
import { type Mark, marks } from './marks.ts';
import css from './query.module.css';
import type { Read } from './reader.ts';

interface QueryProps {
  read: Read | undefined;
  text: string;
  onText: (text: string) => void;
  /** The analyst's choices about what was recognised; they go with the text. */
  choices: Choices;
  onChoices: (choices: Choices) => void;
  onRun: (observables: Observable[]) => void;
  onCancel?: (() => void) | undefined;
  box: Ref<HTMLTextAreaElement>;
}

export function Query({
  read,
  text,
  onText,
  choices,
  onChoices,
  onRun,
  onCancel,
  box,
}: QueryProps): ReactNode {
  const slow = useDeferredValue(text);
  const list = useMemo(() => chips(read?.(slow) ?? [], choices), [read, slow, choices]);
  const [asking, setAsking] = useState(false);
  const observables = chosen(list);
  const ready = observables.length > 0 && observables.length <= LIMIT;
  const run = (): void => {
    // What is typed last may not have been read yet.
    const now = chosen(chips(read?.(text) ?? [], choices));
    if (now.length === 0 || now.length > LIMIT) return;
    if (now.length > ASK_FROM && !asking) setAsking(true);
    else {
      setAsking(false);
      onRun(now);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
    if (event.key === 'Escape' && onCancel) onCancel();
  };
  const choose = (key: string, choice: ObservableType | 'off' | undefined): void => {
    const next = new Map(choices);
    if (choice) next.set(key, choice);
    else next.delete(key);
    onChoices(next);
  };
  return (
    <section className={css.box} aria-label="Query">
      <div className={css.editor}>
        <Mirror text={slow} list={list} />
        <textarea
          ref={box}
          className={css.text}
          aria-label="Investigate"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={text}
          maxLength={1_000_000}
          placeholder={
            'Paste anything: a subject, addresses, links, hashes, a log, a whole report.\nOr be exact: email_subject:"test test"'
          }
          onChange={(event) => onText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {list.length > 0 && <Chips list={list} onChoose={choose} />}
      <div className={css.bar}>
        <span className={css.hint} role="status">
          {hint(slow, list, observables.length)}
        </span>
        {onCancel && (
          <Button variant="subtle" color="gray" onClick={onCancel}>
            Cancel
          </Button>
        )}
        {text !== '' && (
          <Button variant="default" onClick={() => onText('')}>
            Clear
          </Button>
        )}
        <Button
          leftSection={<IconSearch size={14} />}
          rightSection={
            <Kbd size="xs" className={css.keys ?? ''}>
              Ctrl ↵
            </Kbd>
          }
          aria-label="Investigate"
          disabled={!ready}
          onClick={run}
        >
          Investigate
        </Button>
      </div>
      <Confirm
        opened={asking}
        title={`Ask about ${observables.length} observables?`}
        verb="Investigate all"
        onClose={() => setAsking(false)}
        onConfirm={run}
      >
        Every module will be asked about each of them. That can take a while; you can stop at any time and
        keep what has come.
      </Confirm>
    </section>
  );
}

function hint(text: string, list: Chip[], on: number): string {
  if (text.trim() === '') return 'Defanged forms such as hxxp and [.] are understood.';
  if (list.length === 0)
    return 'Nothing recognised yet. Name the type to be exact, for example file_name:"invoice.pdf".';
  if (on > LIMIT) return `${on} observables; at most ${LIMIT} can be asked about at once. Leave some out.`;
  const off = list.filter((chip) => !chip.on).length;
  const open = list.filter((chip) => chip.open).length;
  const bad = list.filter((chip) => !chip.on && chip.found.problem).length;
  const parts = [`${count(on, 'observable')} to investigate`];
  if (open > 0) parts.push(`${open} to decide`);
  if (bad > 0) parts.push(`${bad} not valid`);
  if (off > open + bad) parts.push(`${off - open - bad} left out`);
  return parts.join(' · ');
}

function Mirror({ text, list }: { text: string; list: Chip[] }): ReactNode {
  const pieces = useMemo(() => marks(text, list), [text, list]);
  return (
    <div className={css.mirror} aria-hidden="true">
      {pieces.map((piece) => (
        <Piece key={piece.start} piece={piece} />
      ))}{' '}
    </div>
  );
}

function Piece({ piece }: { piece: Mark }): ReactNode {
  if (!piece.state) return piece.text;
  return (
    <mark data-open={piece.state === 'open' || undefined} data-off={piece.state === 'off' || undefined}>
      {piece.text}
    </mark>
  );
}

const SHOWN = 60;

function Chips({
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

interface StripProps {
  observables: Observable[];
  running: boolean;
  onEdit: () => void;
  onStop: () => void;
  onOpen: (observable: Observable) => void;
}

/** The query once it has been asked: one line of what was asked about. */
export function Strip({ observables, running, onEdit, onStop, onOpen }: StripProps): ReactNode {
  const shown = observables.slice(0, 6);
  return (
    <section className={css.strip} aria-label="Query">
      <IconSearch size={15} color="var(--sl-muted)" aria-hidden style={{ flex: 'none' }} />
      <div className={css.stripChips}>
        {shown.map((o) => (
          <ObservableTag key={`${o.type}:${o.value}`} observable={o} limit={44} onOpen={() => onOpen(o)} />
        ))}
        {observables.length > shown.length && (
          <span className={css.rest}>and {observables.length - shown.length} more</span>
        )}
      </div>
      {running && (
        <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={onStop}>
          Stop
        </Button>
      )}
      <Button variant="default" leftSection={<IconPencil size={14} />} onClick={onEdit}>
        Edit query
      </Button>
    </section>
  );
}
