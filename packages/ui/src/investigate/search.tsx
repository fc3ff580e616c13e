/** Search in the graph: matches are lit, Enter walks through them. */
import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import css from './relations.module.css';

interface SearchProps {
  text: string;
  onText: (text: string) => void;
  /** Nodes that match, best first. */
  found: string[];
  onShow: (id: string) => void;
}

export function GraphSearch({ text, onText, found, onShow }: SearchProps): ReactNode {
  const [at, setAt] = useState(-1);
  const walk = (by: number): void => {
    if (found.length === 0) return;
    const next = (at + by + found.length) % found.length;
    setAt(next);
    const id = found[next];
    if (id !== undefined) onShow(id);
  };
  const write = (value: string): void => {
    setAt(-1);
    onText(value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') walk(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && text !== '') write('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <TextInput
      size="xs"
      className={css.search ?? ''}
      aria-label="Search in the graph"
      placeholder="Search in the graph"
      leftSection={<IconSearch size={13} />}
      rightSectionWidth={text ? 74 : 0}
      rightSection={
        text && (
          <>
            <span className="muted" role="status">
              {found.length === 0 ? 'none' : `${Math.max(at, 0) + 1} of ${found.length}`}
            </span>
            <CloseButton size={16} aria-label="End the search" onClick={() => write('')} />
          </>
        )
      }
      value={text}
      onChange={(event) => write(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
