/** The upper edge of the dock, by which it is made higher or lower. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import css from './desk.module.css';

const STORED = 'sightline.dock';
const LEAST = 120;
const STEP = 24;

function stored(): number {
  try {
    return Math.max(LEAST, Number(localStorage.getItem(STORED)) || 300);
  } catch {
    return 300;
  }
}

/** Pixels; remembered in the browser. */
export function useHeight(): [number, (height: number) => void] {
  const [height, set] = useState(stored);
  return [
    height,
    (next) => {
      const most = Math.round(window.innerHeight * 0.6);
      const bounded = Math.max(LEAST, Math.min(most, next));
      set(bounded);
      try {
        localStorage.setItem(STORED, String(bounded));
      } catch {
        // Storage is off: the height lasts until the page is left.
      }
    },
  ];
}

export function Grip(props: { height: number; onHeight: (height: number) => void }): ReactNode {
  const { height, onHeight } = props;
  const [from, setFrom] = useState<{ y: number; height: number }>();
  const move = (event: PointerEvent): void => {
    if (from) onHeight(from.height + from.y - event.clientY);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowUp') onHeight(height + STEP);
    else if (event.key === 'ArrowDown') onHeight(height - STEP);
    else return;
    event.preventDefault();
  };
  return (
    <button
      type="button"
      className={css.grip}
      aria-label={`Height of the dock: ${height} pixels. Arrow keys change it.`}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom({ y: event.clientY, height });
      }}
      onPointerMove={move}
      onPointerUp={() => setFrom(undefined)}
    />
  );
}
