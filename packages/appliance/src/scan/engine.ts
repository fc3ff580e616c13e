/** What an engine says of a message, whatever it is: a daemon behind a socket, a list of ours, the MIME reader. */
import type { Authentication } from '@sightline/api';
import type { Scanned } from './scanned.ts';

/** What a policy has a row of actions for. */
export type Category = 'spam' | 'virus' | 'list' | 'authentication' | 'mime' | 'file' | 'url';

export interface EngineResult {
  /** `rspamd`, `clamav`, `sender blocklist` … */
  engine: string;
  category: Category;
  /** '' where the engine does not tell. */
  version: string;
  verdict: 'clean' | 'suspect' | 'positive' | 'error' | 'skipped';
  score?: number;
  threshold?: number;
  /** Signatures, rules, list entries, or what went wrong. */
  names: string[];
  /** How long it took, milliseconds. */
  ms: number;
}

/** A message after its examination: what is in it, and what the engines say. */
export interface Examined {
  found: Scanned;
  results: EngineResult[];
  authentication?: Authentication;
}
