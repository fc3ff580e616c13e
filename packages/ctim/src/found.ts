/** What extraction yields. */
import type { ObservableType } from './vocab.ts';

export type Found = {
  type: ObservableType;
  /** Canonical value. */
  value: string;
  /** As it stood in the text. */
  original: string;
  /** UTF-16 offsets of `original` in the text. */
  start: number;
  end: number;
  /** `ambiguous`: shown, but only asked about when a person says so. */
  confidence: 'certain' | 'ambiguous';
  /** What an ambiguous one may be instead. */
  alternative?: ObservableType;
  /** The rewriter it was wrapped in, or `nested` for a link inside another link. */
  via?: string;
  /** `internal`, `idn`, `defanged`, `typed`, `host-of-url`, `schemeless`, `empty-file`. */
  tags: string[];
  /** Why a typed value is not one of its type. It is kept all the same. */
  problem?: string;
};

/** A classified token; `inspect` adds where it stood. */
export type Draft = Omit<Found, 'original' | 'start' | 'end' | 'tags'> & { tags?: string[] };

export const certain = (type: ObservableType, value: string, ...tags: string[]): Draft => ({
  type,
  value,
  confidence: 'certain',
  tags,
});

export const ambiguous = (type: ObservableType, value: string, alternative?: ObservableType): Draft => ({
  type,
  value,
  confidence: 'ambiguous',
  ...(alternative && { alternative }),
});
