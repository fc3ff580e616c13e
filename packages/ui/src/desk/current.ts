/** The casebook that an analyst works on: kept in the browser, shown in the dock, first in every menu. */
import { cell } from '../kit/cell.ts';

const STORED = 'sightline.casebook';

const stored = (): string => {
  try {
    return localStorage.getItem(STORED) ?? '';
  } catch {
    return '';
  }
};
const current = cell(stored());

/** Short id of the casebook; '' for none. */
export function setCurrent(id: string): void {
  try {
    localStorage.setItem(STORED, id);
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
  current.set(id);
}

export const useCurrent = (): string => current.use();
