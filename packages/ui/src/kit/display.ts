/** How much is on the screen and how strongly it stands out: attributes of the page that the style sheets read. */
import { useEffect } from 'react';
import { cell } from './cell.ts';

export type Density = 'compact' | 'normal' | 'comfortable';
export type Contrast = 'normal' | 'more';

export interface Display {
  density: Density;
  contrast: Contrast;
}

/** Height of a table's row, pixels; `--sl-row` in theme.css says the same. */
const ROWS: Record<Density, number> = { compact: 24, normal: 28, comfortable: 36 };

const root = document.documentElement;
// scheme.js has put what was stored on the page before the first paint.
const display = cell<Display>({
  density: (root.dataset.density as Density) ?? 'normal',
  contrast: (root.dataset.contrast as Contrast) ?? 'normal',
});

export function setDisplay(part: Partial<Display>): void {
  const now = { ...display.get(), ...part };
  root.dataset.density = now.density;
  root.dataset.contrast = now.contrast;
  try {
    localStorage.setItem('sightline.density', now.density);
    localStorage.setItem('sightline.contrast', now.contrast);
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
  display.set(now);
}

export const useDisplay = (): Display => display.use();

/** Height of a row now; `onChange` is called when it has changed. */
export function useRowHeight(onChange: () => void): number {
  const { density } = useDisplay();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the density matters
  useEffect(onChange, [density]);
  return ROWS[density];
}
