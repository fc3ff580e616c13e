/** Putting entries in order: by dragging, with the arrow keys, with buttons. */
import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import css from './receive.module.css';

type Move = (from: number, to: number) => void;

/** What the element of one entry and its handle need. */
export interface Order<E extends HTMLElement> {
  /** For the element around all entries. */
  root: React.RefObject<E | null>;
  /** Properties of the element of one entry. */
  target: (index: number) => {
    'data-over': true | undefined;
    onDragOver: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
  };
  /** Properties of its `Handle`. */
  handle: (index: number) => Pick<HandleProps, 'id' | 'index' | 'count' | 'onMove' | 'onDrag'>;
}

/** `ids` name the entries in their order. One that was moved keeps the focus, so that it can be moved on. */
export function useOrder<E extends HTMLElement>(ids: readonly string[], onMove: Move): Order<E> {
  const [drag, setDrag] = useState<{ from: number; over: number } | null>(null);
  const { root, follow } = useFocusAfterMove<E>(ids);
  const move: Move = (from, to) => {
    follow(ids[from] ?? '');
    onMove(from, to);
  };
  return {
    root,
    target: (index) => ({
      'data-over': (drag?.over === index && drag.from !== index) || undefined,
      onDragOver: (event) => {
        if (!drag) return;
        event.preventDefault();
        if (drag.over !== index) setDrag({ ...drag, over: index });
      },
      onDrop: (event) => {
        if (!drag) return;
        event.preventDefault();
        if (drag.from !== index) move(drag.from, index);
        setDrag(null);
      },
    }),
    handle: (index) => ({
      id: ids[index] ?? '',
      index,
      count: ids.length,
      onMove: (to) => move(index, to),
      onDrag: (begins) => setDrag(begins ? { from: index, over: index } : null),
    }),
  };
}

function useFocusAfterMove<E extends HTMLElement>(ids: readonly string[]) {
  const root = useRef<E>(null);
  const moving = useRef('');
  const order = ids.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new order is what it waits for
  useEffect(() => {
    const handles = [...(root.current?.querySelectorAll<HTMLElement>('[data-handle]') ?? [])];
    if (moving.current !== '') handles.find((one) => one.dataset.handle === moving.current)?.focus();
    moving.current = '';
  }, [order]);
  return {
    root,
    follow: (id: string) => {
      moving.current = id;
    },
  };
}

interface HandleProps {
  id: string;
  /** What it is called in labels. */
  name: string;
  index: number;
  count: number;
  onMove: (to: number) => void;
  onDrag: (begins: boolean) => void;
}

export function Handle({ id, name, index, count, onMove, onDrag }: HandleProps): ReactNode {
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (index + step >= 0 && index + step < count) onMove(index + step);
  };
  return (
    <div className={css.place}>
      <button
        type="button"
        className={css.handle}
        data-handle={id}
        draggable
        aria-label={`Place ${index + 1} of ${count}: ${name}. Move with the arrow keys.`}
        onKeyDown={keys}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', name);
          onDrag(true);
        }}
        onDragEnd={() => onDrag(false)}
      >
        <IconGripVertical size={14} aria-hidden />
        {index + 1}
      </button>
      <ActionIcon aria-label={`Move ${name} up`} disabled={index === 0} onClick={() => onMove(index - 1)}>
        <IconArrowUp size={14} />
      </ActionIcon>
      <ActionIcon
        aria-label={`Move ${name} down`}
        disabled={index === count - 1}
        onClick={() => onMove(index + 1)}
      >
        <IconArrowDown size={14} />
      </ActionIcon>
    </div>
  );
}
