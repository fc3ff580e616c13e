/**
 * What the console process can ask of the mail process. A room is a plain object of async functions with JSON
 * arguments; its schemas here guard it at both ends of the control channel.
 */
import {
  actOnQueue,
  Config,
  deliveryStatus,
  EngineHealth,
  ListAddition,
  ListApplication,
  ListApplied,
  ListChanged,
  ListPage,
  ListQuery,
  ListRemoval,
  listQueue,
  MessageContent,
  Mid,
  mailStatus,
  QuarantineOrder,
  QuarantinePage,
  QuarantineResult,
  QuarantineSearch,
  QuarantineStatus,
  QuarantineView,
  QueuePage,
  QueueResult,
  ResponseAnswer,
  ResponseOrder,
  SuspendOrder,
  Suspension,
  TraceAnswer,
  TraceQuestion,
  TrackEvent,
} from '@sightline/api';
import { z } from 'zod';

const nothing = z.undefined();
/** `admin`, `cli:root`, `response:ann`: as tracking shows it. */
const Actor = z.string().min(1).max(200);

const command = <Args extends z.ZodTuple, Answer extends z.ZodType>(args: Args, answer: Answer) => ({
  args,
  answer,
});

export const MtaStatus = mailStatus.answer.extend({
  /** Number of the configuration that is in use; 0: none yet. */
  generation: z.int().min(0),
  /** Whether the listeners are open. */
  listening: z.boolean(),
  /** What keeps them from being open, '' otherwise. */
  problem: z.string(),
  version: z.string(),
});
export type MtaStatus = z.infer<typeof MtaStatus>;

export const CONTRACT = {
  mail: {
    /** Takes a configuration; it is in use and kept when this resolves. Rejects with `apply_failed`. */
    apply: command(z.tuple([Config, z.int().min(1)]), nothing),
    status: command(z.tuple([]), MtaStatus),
    /** Prometheus text. */
    metrics: command(z.tuple([]), z.string()),
  },
  quarantine: {
    list: command(z.tuple([]), z.array(QuarantineStatus)),
    search: command(z.tuple([QuarantineSearch]), QuarantinePage),
    view: command(z.tuple([Mid]), QuarantineView),
    /** Of any message that is held, in the queue too. */
    content: command(z.tuple([Mid]), MessageContent),
    /** A page for a frame. */
    html: command(z.tuple([Mid]), z.string()),
    /** Bytes (base64) from an offset on. */
    piece: command(z.tuple([Mid, z.int().min(0)]), z.object({ bytes: z.string(), last: z.boolean() })),
    /** In whose name, last. */
    act: command(z.tuple([QuarantineOrder, Actor]), QuarantineResult),
  },
  respond: {
    run: command(z.tuple([ResponseOrder]), ResponseAnswer),
  },
  lists: {
    page: command(z.tuple([ListQuery]), ListPage),
    /** In whose name, and where from, last. */
    add: command(z.tuple([ListAddition, Actor, z.string().max(200)]), ListChanged),
    remove: command(z.tuple([ListRemoval, Actor]), ListChanged),
    apply: command(z.tuple([ListApplication, Actor]), ListApplied),
    /** CSV. */
    exported: command(z.tuple([]), z.string()),
    imported: command(z.tuple([z.string(), z.string(), Actor]), ListChanged),
  },
  policies: {
    engines: command(z.tuple([]), z.array(EngineHealth)),
    trace: command(z.tuple([TraceQuestion]), TraceAnswer),
  },
  events: {
    /** Forgets the tracking events up to the number, then gives the next ones; see `Outbox.take`. */
    take: command(
      z.tuple([z.int().min(0)]),
      z.object({ events: z.array(TrackEvent), until: z.int().min(0) }),
    ),
  },
  queue: {
    list: command(z.tuple([listQueue.query]), QueuePage),
    status: command(z.tuple([]), deliveryStatus.answer),
    act: command(z.tuple([actOnQueue.body.extend({ actor: Actor })]), QueueResult),
    suspend: command(z.tuple([SuspendOrder.extend({ actor: Actor })]), Suspension),
  },
} as const;

type Contract = typeof CONTRACT;
export type Room = keyof Contract;

type Run<C> = C extends { args: infer A extends z.ZodType; answer: infer R extends z.ZodType }
  ? (...args: Extract<z.output<A>, unknown[]>) => Promise<z.output<R>>
  : never;

export type Commands<R extends Room> = { -readonly [K in keyof Contract[R]]: Run<Contract[R][K]> };

/** The mail process as the console process sees it, wherever it runs. */
export type Mta = { [R in Room]: Commands<R> };

/** Schemas of one command; undefined where there is no such thing. */
export function specOf(room: string, name: string): { args: z.ZodTuple; answer: z.ZodType } | undefined {
  if (!Object.hasOwn(CONTRACT, room)) return undefined;
  const commands: Record<string, { args: z.ZodTuple; answer: z.ZodType }> = CONTRACT[room as Room];
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

const id = z.int().min(1);
export const Request = z.object({
  id,
  room: z.string().max(64),
  command: z.string().max(64),
  args: z.array(z.unknown()).max(16),
});
export type Request = z.infer<typeof Request>;

const FaultFrame = z.object({
  code: z.string().max(64),
  details: z.record(z.string(), z.string()).default({}),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
/** Without `fault` it is the answer; that of a command which answers nothing is absent. */
export const Reply = z.object({ id, answer: z.unknown().optional(), fault: FaultFrame.optional() });
export type Reply = z.infer<typeof Reply>;
