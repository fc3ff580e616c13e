/** Observables that are dragged from one part of a page to another. */
import { OBSERVABLE_TYPES, type Observable } from '@sightline/ctim';
import type { DragEvent } from 'react';

const MEDIA = 'application/x-sightline-observable';

/** For `onDragStart`; other programs get the value as text. */
export const carry =
  ({ type, value }: Observable) =>
  (event: DragEvent): void => {
    event.dataTransfer.setData(MEDIA, JSON.stringify({ type, value }));
    event.dataTransfer.setData('text/plain', value);
    event.dataTransfer.effectAllowed = 'copy';
  };

/** Something is dragged that `dropped` or `droppedText` reads. */
export const isCarried = ({ dataTransfer }: DragEvent | globalThis.DragEvent): boolean =>
  dataTransfer?.types.includes(MEDIA) ?? false;

export function dropped({ dataTransfer }: DragEvent): Observable | undefined {
  try {
    const { type, value } = JSON.parse(dataTransfer.getData(MEDIA)) as Partial<Observable>;
    const known = OBSERVABLE_TYPES.find((one) => one === type);
    return known && typeof value === 'string' && value !== '' ? { type: known, value } : undefined;
  } catch {
    return undefined;
  }
}
