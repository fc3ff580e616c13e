/** What a kind of module is: its entry in the catalogue and the questions it can answer. Plain values. */
import type {
  ActionLine,
  ActionPlace,
  FieldProblem,
  Findings,
  ModuleError,
  ModuleRef,
  ModuleType,
  Quotas,
  Settings,
} from '@sightline/api';
import type { Observable } from '@sightline/ctim';

/** An instance at the moment of a question; its secrets are open here and nowhere else. */
export interface Instance {
  id: string;
  orgId: string;
  name: string;
  settings: Settings;
}

export interface Limits {
  /** Milliseconds for the answer. */
  deadlineMs: number;
  /** Aborted at the deadline and when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** The time that is asked about, epoch milliseconds; what the settings of the module say where left out. */
  window?: { from?: number | undefined; to?: number | undefined };
  /** A person wants to know whether it works: asked also while it is being left alone. */
  probe?: boolean;
}

/** Something a module has to say beside its findings. */
export type Problem = Pick<ModuleError, 'code' | 'message' | 'type' | 'end_time'>;

/** What a module answers, before it is checked: entities of each kind. */
export interface Found {
  entities: Partial<Record<keyof Findings, readonly unknown[]>>;
  /** Made here, by our own types, of what was checked when it came: not checked a second time. */
  isOurs?: boolean;
  errors: readonly Problem[];
}

/** A link to look an observable up elsewhere. */
export interface Ref {
  id: string;
  title: string;
  description: string;
  url: string;
  categories?: string[] | undefined;
}

/** Something a module can do about an observable; `query` goes back to it when it is to be done. */
export interface Offer {
  id: string;
  title: string;
  description: string;
  categories?: string[] | undefined;
  query: Record<string, string>;
}

export interface Wellness {
  /** A sentence about what answered. */
  text: string;
  quotas?: Quotas | undefined;
}

/** In whose name something is to be done. */
export interface Order {
  /** A UUID: the same again is the same deed, not another one. */
  id: string;
  /** The user or program. */
  actor: string;
  /** Told how it goes on, by those who do it in many places. */
  tell?(line: Progress): void;
  /** Aborted when nothing more is to be begun; what was begun is brought to its end. */
  stop?: AbortSignal;
}

export type Progress = Extract<ActionLine, { type: 'mailboxes' | 'mailbox' }>;

/** What takes a deed back. */
export interface Undo {
  action: string;
  query: Record<string, string>;
}

export interface Outcome {
  status: 'success' | 'failure';
  errors: readonly Problem[];
  /** What was done to what, in a sentence. */
  text?: string;
  /** Where it was asked of several: each by itself. */
  places?: readonly ActionPlace[];
  /** Until when it holds, epoch milliseconds; null: until it is undone. */
  expires?: number | null;
  undo?: readonly Undo[];
  /** It takes back what this action did about the same observable. */
  ends?: string;
}

type Asked<T> = (instance: Instance, observables: readonly Observable[], limits: Limits) => Promise<T>;

/** Each question may be left out by a kind that has nothing to say to it. All reject with a Fault. */
export interface Kind {
  type: ModuleType;
  /** Milliseconds that its answers may take, where 15 s are not enough. */
  deadlineMs?: number;
  /** The same for what it does; 60 s at most, unless it tells how it goes on. */
  triggerMs?: number;
  /** Whether it may have a setting that its form does not show. */
  takes?(key: string): boolean;
  /** Whether such a setting is a secret. */
  hides?(key: string): boolean;
  /** What is wrong with settings that fit the form. */
  check?(settings: Settings): FieldProblem[];
  /** Everything known of these observables; those it has no search for are passed over. */
  observe?: Asked<Found>;
  /** Verdicts only. */
  deliberate?: Asked<Found>;
  refer?: Asked<{ refs: readonly Ref[]; errors: readonly Problem[] }>;
  /** What it can do about these observables. */
  respond?: Asked<{ offers: readonly Offer[]; errors: readonly Problem[] }>;
  /** Does what it offered; `query` as it came back. */
  trigger?(
    instance: Instance,
    action: string,
    query: Record<string, string>,
    limits: Limits,
    order: Order,
  ): Promise<Outcome>;
  /** Asks its source, in a way that only the right credentials get an answer to. */
  health(instance: Instance, limits: Limits): Promise<Wellness>;
}

export interface Health extends Wellness {
  status: 'ok' | 'error';
  ms: number;
}

type Bound<T> = (observables: readonly Observable[], limits: Limits) => Promise<T>;

/** A module that can be asked: an instance tied to its kind. */
export interface Target {
  ref: ModuleRef;
  /** What CTR's old clients read as `module-type`. */
  moduleType: string;
  deadlineMs?: number | undefined;
  observe?: Bound<Found> | undefined;
  deliberate?: Bound<Found> | undefined;
  refer?: Bound<{ refs: readonly Ref[]; errors: readonly Problem[] }> | undefined;
  respond?: Bound<{ offers: readonly Offer[]; errors: readonly Problem[] }> | undefined;
  triggerMs?: number | undefined;
  trigger?:
    | ((action: string, query: Record<string, string>, limits: Limits, order: Order) => Promise<Outcome>)
    | undefined;
  health(): Promise<Health>;
  /** Told how a question went: milliseconds, and what was wrong if something was. */
  note(ms: number, problem?: Problem): void;
}

/** The enabled modules of an organisation, or those of them that `ids` names. */
export type Targets = (orgId: string, ids?: readonly string[]) => Promise<Target[]>;
