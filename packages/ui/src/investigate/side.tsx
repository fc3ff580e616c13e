/** The column at the right, as wide as its user likes it. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import css from './page.module.css';

const KEY = 'sightline.side';
const [NARROWEST, USUAL, WIDEST] = [320, 400, 720];

const within = (width: number): number => Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));

function stored(): number {
  try {
    return within(Number(localStorage.getItem(KEY)) || USUAL);
  } catch {
    return USUAL;
  }
}

export function Side({ children }: { children: ReactNode }): ReactNode {
  const [width, setWidth] = useState(stored);
  const change = (next: number): void => {
    setWidth(within(next));
    try {
      localStorage.setItem(KEY, String(within(next)));
    } catch {
      // Storage is off: it keeps its width until the page is left.
    }
  };
  const drag = (event: PointerEvent<HTMLElement>): void => {
    const handle = event.currentTarget;
    const right = handle.parentElement?.getBoundingClientRect().right ?? 0;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => change(right - move.clientX);
    handle.onpointerup = () => {
      handle.onpointermove = null;
    };
  };
  const nudge = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') change(width + 20);
    if (event.key === 'ArrowRight') change(width - 20);
  };
  return (
    <aside className={css.side} style={{ width }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged */}
      <div
        className={css.handle}
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the inspector"
        aria-valuenow={width}
        aria-valuemin={NARROWEST}
        aria-valuemax={WIDEST}
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={nudge}
      />
      {children}
    </aside>
  );
}
