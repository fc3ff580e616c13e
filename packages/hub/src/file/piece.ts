/** What a file is made of for an investigation: texts to be searched and values whose type is known. */
import { type Found, inspect, normalise, type Observable, observableKey } from '@sightline/ctim';

/** Where in the file something stood. */
export type Part = 'header' | 'body' | 'attachment' | 'text' | 'data';

export type Piece = { part: Part } & ({ text: string } | { known: Observable });

/** Files that can be read. */
export type FileKind = 'eml' | 'msg' | 'pdf' | 'json' | 'csv' | 'text';

export interface Pieces {
  kind: FileKind;
  pieces: Piece[];
  /** What could not be read, as sentences. */
  notes: string[];
}

/** An observable with where it stood. */
export interface FoundIn extends Observable {
  part: Part;
  confidence: Found['confidence'];
  alternative?: Found['type'];
}

/** Most observables of one file. */
const MOST = 5000;

/** Each observable once, where it was met first; a certain one wins over an ambiguous one. */
export function gather(pieces: readonly Piece[]): FoundIn[] {
  const all = new Map<string, FoundIn>();
  const add = (one: FoundIn): void => {
    const key = observableKey(one);
    const known = all.get(key);
    if (!known) {
      if (all.size < MOST) all.set(key, one);
    } else if (one.confidence === 'certain') known.confidence = 'certain';
  };
  for (const piece of pieces) for (const one of readPiece(piece)) add(one);
  return [...all.values()];
}

function readPiece(piece: Piece): FoundIn[] {
  const { part } = piece;
  if ('known' in piece) {
    const value = piece.known.value.trim();
    if (value === '') return [];
    return [{ ...normalise({ type: piece.known.type, value }), part, confidence: 'certain' }];
  }
  return inspect(piece.text)
    .filter((found) => found.problem === undefined)
    .map(({ type, value, confidence, alternative }) => ({
      type,
      value,
      part,
      confidence,
      ...(alternative ? { alternative } : {}),
    }));
}
