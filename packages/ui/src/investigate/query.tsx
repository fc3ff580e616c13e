/** The query box: text in, what was recognised below it, and the button that asks. */
import { Button, Kbd } from '@mantine/core';
import type { Observable, ObservableType } from '@sightline/ctim';
import { IconPencil, IconPlayerStop, IconRefresh, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type Ref, useDeferredValue, useMemo, useState } from 'react';
import { Confirm } from '../kit/confirm.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { count } from '../kit/text.ts';
import { Chips } from './chiplist.tsx';
import { ASK_FROM, type Chip, type Choices, chips, chosen, LIMIT } from './chips.ts';
import { Drop, FileNotes, FilePick } from './drop.tsx';
import { useFiles } from './files.ts';
import { type Mark, marks } from './marks.ts';
import css from './query.module.css';
import type { Read } from './reader.ts';
import type { Scope } from './scope.ts';
import { ScopeTools } from './scopetools.tsx';
import type { Box } from './state.ts';

interface QueryProps {
  read: Read | undefined;
  text: string;
  onText: (text: string) => void;
  /** The analyst's choices about what was recognised; they go with the text. */
  choices: Choices;
  onChoices: (choices: Choices) => void;
  scope: Scope;
  onScope: (scope: Scope) => void;
  onRun: (observables: Observable[]) => void;
  onFocus: () => void;
  onCancel?: (() => void) | undefined;
  box: Ref<HTMLTextAreaElement>;
}

function Query({
  read,
  text,
  onText,
  choices,
  onChoices,
  scope,
  onScope,
  onRun,
  onFocus,
  onCancel,
  box,
}: QueryProps): ReactNode {
  const files = useFiles((more) => onText([text.trimEnd(), more].filter(Boolean).join('\n')));
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
      <Drop files={files}>
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
              'Paste anything: a subject, addresses, links, hashes, a log, a whole report; or drop a file.\nOr be exact: email_subject:"test test"'
            }
            onChange={(event) => onText(event.currentTarget.value)}
            onFocus={onFocus}
            onKeyDown={onKeyDown}
          />
        </div>
      </Drop>
      <FileNotes files={files} />
      {list.length > 0 && <Chips list={list} onChoose={choose} />}
      <ScopeTools scope={scope} onScope={onScope} />
      <div className={css.bar}>
        <span className={css.hint} role="status">
          {read || slow === '' ? hint(slow, list, observables.length) : 'Reading…'}
        </span>
        <FilePick files={files} />
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
        <Kbd size="xs" className={css.keys ?? ''}>
          Ctrl ↵
        </Kbd>
        <Button leftSection={<IconSearch size={14} />} disabled={!ready} onClick={run}>
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

interface StripProps {
  observables: Observable[];
  running: boolean;
  /** Whom and about what time, in words; '' for everybody. */
  scope: string;
  /** Beside Edit query. */
  tools: ReactNode;
  /** Asks the same once more. */
  again: () => void;
  /** Something was done since that changes the answers. */
  stale: boolean;
  onEdit: () => void;
  onStop: () => void;
  onOpen: (observable: Observable) => void;
}

/** The query once it has been asked: one line of what was asked about. */
export function Strip(props: StripProps): ReactNode {
  const { observables, running, scope, tools, onEdit, onStop, onOpen } = props;
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
      {scope !== '' && <span className={css.rest}>{scope}</span>}
      {running && (
        <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={onStop}>
          Stop
        </Button>
      )}
      {!running && <Again {...props} />}
      {tools}
      <Button variant="default" leftSection={<IconPencil size={14} />} onClick={onEdit}>
        Edit query
      </Button>
    </section>
  );
}

const Again = ({ again, stale }: StripProps): ReactNode => (
  <>
    {stale && <span className={css.rest}>Asked before you acted</span>}
    <Button variant={stale ? 'filled' : 'default'} leftSection={<IconRefresh size={14} />} onClick={again}>
      Ask again
    </Button>
  </>
);

/** The box of this page, with all that it knows. */
export const QueryOf = ({ box, cancel }: { box: Box; cancel?: () => void }): ReactNode => (
  <Query
    read={box.read}
    text={box.text}
    onText={box.setText}
    choices={box.choices}
    onChoices={box.setChoices}
    scope={box.scope}
    onScope={box.setScope}
    onRun={(observables) => box.ask(observables)}
    onFocus={box.wake}
    onCancel={cancel}
    box={box.area}
  />
);
