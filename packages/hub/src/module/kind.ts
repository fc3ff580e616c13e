/** What a kind of module is: its entry in the catalogue and the questions it can answer. Plain values. */
import type { Findings, ModuleRef, ModuleType, Settings } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import type { z } from 'zod';

/** An instance at the moment of a question. */
export interface Instance {
  id: string;
  orgId: string;
  name: string;
  settings: z.infer<typeof Settings>;
}

export interface Limits {
  /** Milliseconds for the answer. */
  deadlineMs: number;
  /** Aborted at the deadline and when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Something a module has to say beside its findings. */
export interface Problem {
  code: string;
  message: string;
  type: 'fatal' | 'warning' | 'error';
}

/** What a module answers, before it is checked: entities of each kind. */
export interface Found {
  entities: Partial<Record<keyof Findings, readonly unknown[]>>;
  errors: readonly Problem[];
}

export interface Kind {
  type: ModuleType;
  /** Everything known of these observables; those it has no search for are passed over. Rejects with a Fault. */
  observe(instance: Instance, observables: readonly Observable[], limits: Limits): Promise<Found>;
  /** Verdicts only; a kind without it has none to give. */
  deliberate?(instance: Instance, observables: readonly Observable[], limits: Limits): Promise<Found>;
  /** Asks its source; a sentence about what answered. Rejects with a Fault. */
  health(instance: Instance, limits: Limits): Promise<string>;
}

export interface Health {
  status: 'ok' | 'error';
  text: string;
  ms: number;
}

/** A module that can be asked: an instance tied to its kind. */
export interface Target {
  ref: ModuleRef;
  /** What CTR's old clients read as `module-type`. */
  moduleType: string;
  observe(observables: readonly Observable[], limits: Limits): Promise<Found>;
  deliberate?(observables: readonly Observable[], limits: Limits): Promise<Found>;
  health(): Promise<Health>;
}

/** The enabled modules of an organisation, or those of them that `ids` names. */
export type Targets = (orgId: string, ids?: readonly string[]) => Promise<Target[]>;
