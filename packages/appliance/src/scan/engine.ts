/** What an engine says of a message, whatever it is: a daemon behind a socket, a list of ours, the MIME reader. */
import type { Authentication, Config, Verdict } from '@sightline/api';
import type { Head } from '../queue/message.ts';
import type { Scanned } from './scanned.ts';

/** What a policy has a row of actions for. A spam engine's `suspect` has one of its own. */
export type Category = Exclude<Verdict, 'suspect' | 'unscannable'>;

export interface EngineResult {
  /** `rspamd`, `clamav`, `blocklist` … */
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
  /** The engine could not look, or asks for time: what its settings want done then. */
  wants?: 'unscannable' | 'defer';
  /** Places in the list of attachments that the verdict is about; absent: the message as a whole. */
  attachments?: number[];
}

/** A message after its examination: what is in it, and what the engines say. */
export interface Examined {
  found: Scanned;
  results: EngineResult[];
  authentication?: Authentication;
  /** The header field that says so. */
  authResults?: string;
}

/** A message on the disk: bytes of `path` from `start` up to, not including, `end`. */
interface Bytes {
  path: string;
  start: number;
  end: number;
}

/** What an engine is shown. The bytes are those that the client sent. */
export interface Letter {
  head: Head;
  bytes: Bytes;
  config: Config;
  /** Raised when the time is over. */
  signal: AbortSignal;
}

type Said = Pick<EngineResult, 'verdict' | 'names'> & Partial<EngineResult>;

/** An engine that is asked about each message. What it throws becomes an `error`. */
export interface Engine {
  name: 'authentication' | 'rspamd' | 'clamav';
  category: Category;
  /** Whether this message is one for it. */
  wants(letter: Omit<Letter, 'signal' | 'bytes'>): boolean;
  look(letter: Letter): Promise<{ results: Said[] } & Pick<Examined, 'authentication' | 'authResults'>>;
}
