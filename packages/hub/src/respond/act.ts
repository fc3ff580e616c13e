/** Has a module do something: once, audited, and kept with the way back. */
import { randomUUID } from 'node:crypto';
import { type ActionPlace, fail, type ModuleError, type TakenAction } from '@sightline/api';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { type CallDeps, called, endOf } from '../investigate/call.ts';
import type { Lanes } from '../investigate/lanes.ts';
import { stamped } from '../investigate/trouble.ts';
import type { Order, Outcome, Progress, Target, Targets } from '../module/kind.ts';
import { forgetMailboxes, keepMailbox } from './mailboxes.ts';
import { begun, ended, overturned, takenOf, undone } from './taken.ts';

export interface RespondDeps extends Pick<Deps, 'db' | 'clock' | 'log' | 'audit' | 'publicUrl'> {
  targets: Targets;
  lanes: Lanes;
  /** Actions that go on in this program, by organisation and id, with what stops them. */
  running: Map<string, AbortController>;
}

export const runningKey = (orgId: string, id: string): string => `${orgId} ${id}`;

export interface Asked {
  target: Target;
  action: string;
  query: Record<string, string>;
}

export interface Triggered {
  data: { status: 'success' | 'failure'; places?: ActionPlace[] };
  errors?: ModuleError[];
}

/** The longest that a module may take which does not say otherwise. */
const WHOLE_MS = 60_000;

/** Whoever follows an action. */
export interface Follow {
  id: string;
  tell?(line: Progress): void;
  stop?: AbortController;
}

/** Done once whatever happens: a failed connection is not tried again, for it may have been done. */
export async function act(
  deps: RespondDeps,
  caller: Caller,
  asked: Asked,
  { id, tell, stop = new AbortController() }: Follow = { id: randomUUID() },
): Promise<Triggered> {
  const { db, clock } = deps;
  const { target, action, query } = asked;
  const { ref } = target;
  const note = noting(deps, caller, asked);
  await begun(
    db,
    {
      id,
      orgId: caller.orgId,
      actor: caller.name,
      moduleId: ref.module_instance_id,
      module: ref.module,
      action,
      query,
    },
    clock(),
  );
  await note('response.triggered', 'Triggered');
  const kept = keeping(deps, caller, id, tell);
  await forgetMailboxes(db, caller.orgId, id);
  deps.running.set(runningKey(caller.orgId, id), stop);
  const order = { id, actor: caller.name, tell: kept.tell, stop: stop.signal };
  const { value, errors } = await asks(deps, asked, order).finally(() =>
    deps.running.delete(runningKey(caller.orgId, id)),
  );
  await kept.all();
  const status = value?.status ?? 'failure';
  const all = [...errors, ...(value?.errors ?? []).map((one) => stamped(ref, one))];
  const places = [...(value?.places ?? [])];
  const end = { status, text: value?.text ?? '', places, errors: all, undo: value?.undo ?? [] };
  await ended(db, caller.orgId, id, { ...end, expires: value?.expires === undefined ? 0 : value.expires });
  if (value?.ends && status === 'success') await overturn(deps, caller, asked, value.ends);
  await note(`response.${status}`, status === 'success' ? 'Did' : 'Failed:', value?.text);
  return {
    data: { status, ...(places.length > 0 ? { places } : {}) },
    ...(all.length > 0 ? { errors: all } : {}),
  };
}

/** Results of mailboxes, each kept before it is told. */
function keeping(
  { db, log }: RespondDeps,
  { orgId }: Caller,
  id: string,
  tell: ((line: Progress) => void) | undefined,
) {
  let n = 0;
  let last = Promise.resolve();
  const keep = async (line: Progress, at: number): Promise<void> => {
    if (line.type === 'mailbox')
      await keepMailbox(db, { orgId, id, n: at }, line.mailbox).catch((err: unknown) =>
        log.error({ err, action: id }, 'the result of a mailbox could not be kept'),
      );
    tell?.(line);
  };
  return {
    tell: (line: Progress): void => {
      const at = n++;
      last = last.then(() => keep(line, at));
    },
    all: () => last,
  };
}

/** Also when whoever asked goes away: half done would be worse. */
function asks(
  { lanes, clock, log }: RespondDeps,
  { target, action, query }: Asked,
  order: Order,
): Promise<{ value: Outcome | undefined; errors: ModuleError[] }> {
  const { ref } = target;
  const wholeMs = Math.max(WHOLE_MS, target.triggerMs ?? 0);
  const calling: CallDeps = { lanes, clock, log, signal: new AbortController().signal, wholeMs };
  const ends = endOf(calling, performance.now());
  const asked = { ...target, deadlineMs: target.triggerMs ?? target.deadlineMs };
  return called(asked, { ...calling, ends }, async (limits) => {
    if (!target.trigger) throw fail('action_unknown', { module: ref.module });
    return target.trigger(action, query, limits, order);
  });
}

const overturn = (deps: RespondDeps, caller: Caller, { target, query }: Asked, action: string) =>
  overturned(
    deps.db,
    {
      orgId: caller.orgId,
      moduleId: query.appliances === 'all' ? undefined : target.ref.module_instance_id,
      action,
      query,
    },
    { actor: caller.name, at: deps.clock() },
  );

function noting(deps: RespondDeps, caller: Caller, { target, action, query }: Asked) {
  const { ref } = target;
  const about = [query.observable_type, query.observable_value].filter(Boolean).join(' ');
  const why = query.reason ? `, because: ${query.reason}` : '';
  return (name: string, verb: string, outcome = '') => {
    const text = `${verb} ${action} of ${ref.module}${about && ` on ${about}`}`.slice(0, 1000);
    return deps.audit({
      orgId: caller.orgId,
      actor: caller.name,
      action: name,
      object: ref.module,
      text: `${text}${why}${outcome && `. ${outcome}`}`.slice(0, 2000),
      peer: caller.peer,
    });
  };
}

/** @throws `not_found`, `undo_nothing` */
export async function undo(
  deps: RespondDeps,
  caller: Caller,
  id: string,
  reason: string,
): Promise<TakenAction> {
  const { db, clock } = deps;
  const { orgId, name: actor } = caller;
  const taken = await takenOf(db, orgId, id, clock());
  if (!taken) throw fail('not_found', { what: 'response action' });
  const { shown, undo: ways } = taken;
  if (shown.undone) return { ...shown, repeated: true };
  if (!shown.undoable) throw fail('undo_nothing', { reason: reasonOf(shown) });
  const [target] = await deps.targets(orgId, [shown.module_instance_id]);
  if (!target) throw fail('undo_nothing', { reason: `the module ${shown.module} is gone or switched off` });
  const done = await Promise.all(
    ways.map(({ action, query }) =>
      act(deps, caller, { target, action, query: { ...query, reason, source: shown.source } }),
    ),
  );
  const errors = done.flatMap((one) => one.errors ?? []);
  if (done.every(({ data }) => data.status === 'success'))
    await undone(db, orgId, id, { actor, at: clock() });
  const after = (await takenOf(db, orgId, id, clock()))?.shown ?? shown;
  return { ...after, errors };
}

const reasonOf = ({ status, expires }: TakenAction): string => {
  if (status === 'running') return 'it is still under way';
  return expires ? 'its time is over' : 'there is nothing that takes it back';
};
