/** What modules can do about observables, and having them do it (CTR iroh-response). */
import { createHash } from 'node:crypto';
import {
  type AskedSighting,
  Fault,
  fail,
  followAction,
  listMailboxes,
  listTaken,
  respondObservables,
  respondSighting,
  stopAction,
  takeAction,
  trigger,
  undoAction,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { Observable } from '@sightline/ctim';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Caller } from '../http.ts';
import type { CallDeps } from '../investigate/call.ts';
import { idsOf } from '../investigate/enrich.ts';
import { enveloped, gather, type Listing } from '../investigate/gather.ts';
import { distinct, observablesIn } from '../investigate/routes.ts';
import { ndjson } from '../investigate/stream.ts';
import { orderId } from '../module/act.ts';
import type { Limits, Offer, Target } from '../module/kind.ts';
import { type Asked, act, type Follow, type RespondDeps, runningKey, type Triggered, undo } from './act.ts';
import { followed } from './follow.ts';
import { mailboxesOf } from './mailboxes.ts';
import { begin, finish } from './store.ts';
import { listTaken as takenIn, takenOf } from './taken.ts';

/** How long a key is remembered. */
const DAY_MS = 86_400_000;

export function respondRoutes(on: Mount<Caller>, deps: RespondDeps): void {
  on(respondObservables, ({ body, ...given }) => offered(deps, given, distinct(body)));
  on(respondSighting, ({ body, ...given }) => offered(deps, given, sighted(body)));
  on(trigger, async ({ caller, params, query, c }) => {
    const given = { module: params.module, action: params.action, query: textsOf(query) };
    const asked = await askedOf(deps, caller, given);
    if (!asked) throw noModule();
    const key = c.req.header('idempotency-key');
    if (!key) return act(deps, caller, asked);
    const { answer, repeated } = await onceOnly(deps, caller, { key, asked }).then(({ run }) => run());
    if (repeated) c.header('Idempotency-Replayed', 'true');
    return answer;
  });
  takenRoutes(on, deps);
}

function takenRoutes(on: Mount<Caller>, deps: RespondDeps): void {
  const { db, clock } = deps;
  on(listTaken, ({ caller, query: { limit, before, before_id: id } }) => {
    const last = before === undefined ? undefined : { at: Date.parse(before), id };
    return takenIn(db, caller.orgId, { limit, last }, clock());
  });
  on(takeAction, async ({ caller, body: { key, module, action, query } }) => {
    const asked = await askedOf(deps, caller, { module, action, query });
    if (!asked) throw fail('not_found', { what: 'module' });
    const { repeated } = await onceOnly(deps, caller, { key, asked }).then(({ run }) => run());
    return takenNow(deps, caller, orderId(key, caller.orgId), repeated);
  });
  on(followAction, async ({ caller, body: { key, module, action, query } }) => {
    const asked = await askedOf(deps, caller, { module, action, query });
    if (!asked) throw fail('not_found', { what: 'module' });
    const { run } = await onceOnly(deps, caller, { key, asked });
    const id = orderId(key, caller.orgId);
    return ndjson((signal) =>
      followed(
        { id, action, signal },
        {
          run,
          kept: () => mailboxesOf(db, caller.orgId, id),
          taken: (repeated) => takenNow(deps, caller, id, repeated),
        },
      ),
    );
  });
  on(stopAction, ({ caller, params }) => {
    const stop = deps.running.get(runningKey(caller.orgId, params.id));
    if (!stop) throw fail('not_found', { what: 'response action that goes on' });
    stop.abort(new Error(`stopped by ${caller.name}`));
    return undefined;
  });
  on(listMailboxes, async ({ caller, params }) => {
    if (!(await takenOf(db, caller.orgId, params.id, clock())))
      throw fail('not_found', { what: 'response action' });
    return { mailboxes: await mailboxesOf(db, caller.orgId, params.id) };
  });
  on(undoAction, ({ caller, params, body }) => undo(deps, caller, params.id, body.reason));
}

async function takenNow({ db, clock }: RespondDeps, { orgId }: Caller, id: string, repeated: boolean) {
  const taken = await takenOf(db, orgId, id, clock());
  if (!taken) throw fail('not_found', { what: 'response action' });
  return { ...taken.shown, repeated };
}

/** Undefined: the organisation has no such module. */
async function askedOf(
  deps: RespondDeps,
  caller: Caller,
  given: { module: string; action: string; query: Record<string, string> },
): Promise<Asked | undefined> {
  const [target] = await deps.targets(caller.orgId, [given.module]);
  return target && { target, action: given.action, query: given.query };
}

/** Observables of a sighting, and the messages that it is about. */
function sighted(sighting: AskedSighting): Observable[] {
  const relations = Related.safeParse(sighting.relations).data ?? [];
  const ends = relations.flatMap(({ source, related }) => [source, related]).slice(0, 2000);
  const messages = ends.flatMap((end) => Observable.safeParse(end).data ?? []);
  const all = [...observablesIn(sighting), ...messages.filter(({ type }) => OF_MESSAGES.has(type))];
  return distinct(all).slice(0, 500);
}

const Related = z.array(z.looseObject({ source: z.unknown(), related: z.unknown() }));
const OF_MESSAGES: ReadonlySet<string> = new Set(['cisco_mid', 'email_messageid']);

const noModule = (): Fault => {
  const fault = fail('not_found', { what: 'module' });
  const wire = { error: 'module_instance_not_found', error_description: fault.message };
  return fail('not_found', fault.details, { wire });
};

const callDeps = ({ lanes, clock, log }: RespondDeps, signal: AbortSignal): CallDeps => ({
  lanes,
  clock,
  log,
  signal,
});

async function offered(
  deps: RespondDeps,
  { caller, query, c }: { caller: Caller; query: { mids?: string | string[] | undefined }; c: Context },
  observables: Observable[],
) {
  const targets = await deps.targets(caller.orgId, idsOf(query.mids));
  const all = await gather(
    targets.map((target) => offering(target, observables)),
    callDeps(deps, c.req.raw.signal),
  );
  return enveloped(all, ({ query: parameters, ...offer }, ref) => ({
    ...offer,
    ...ref,
    url: triggerUrl(deps.publicUrl(), ref.module_instance_id, offer.id, parameters),
  }));
}

const offering = (
  { respond: ask, ...target }: Target,
  observables: readonly Observable[],
): Listing<Offer> => ({
  ...target,
  ...(ask
    ? {
        async ask(limits: Limits) {
          const { offers: items, errors } = await ask(observables, limits);
          return { items, errors };
        },
      }
    : {}),
});

/** The address of the trigger with everything that the module wants back. */
function triggerUrl(base: string, module: string, action: string, query: Record<string, string>): string {
  const path = trigger.path.replace(':module', module).replace(':action', encodeURIComponent(action));
  const parameters = new URLSearchParams(query);
  return base + path + (parameters.size > 0 ? `?${parameters}` : '');
}

const textsOf = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String([value].flat()[0])]));

const requestOf = ({ target, action, query }: Asked): string =>
  createHash('sha256')
    .update(JSON.stringify([target.ref.module_instance_id, action, Object.entries(query).sort()]))
    .digest('hex');

interface Once {
  answer: Triggered;
  repeated: boolean;
}

/** The same key and request: `run` gives the same answer, and nothing is done again. @throws `trigger_repeated` */
async function onceOnly(
  deps: RespondDeps,
  caller: Caller,
  { key, asked }: { key: string; asked: Asked },
): Promise<{ run(follow?: Omit<Follow, 'id'>): Promise<Once> }> {
  const { db, clock } = deps;
  const { orgId } = caller;
  if (key.length > 255)
    throw new Fault(
      'invalid_input',
      {},
      { fields: [{ path: 'Idempotency-Key', message: 'At most 255 characters.' }] },
    );
  const request = requestOf(asked);
  const earlier = await begin(db, { orgId, key, request }, clock(), clock() - DAY_MS);
  if (earlier) {
    if (earlier.request !== request || earlier.answer === null) throw fail('trigger_repeated');
    const answer = JSON.parse(earlier.answer) as Triggered;
    return { run: () => Promise.resolve({ answer, repeated: true }) };
  }
  return {
    async run(follow) {
      let answer: Triggered | undefined;
      try {
        answer = await act(deps, caller, asked, { ...follow, id: orderId(key, orgId) });
        return { answer, repeated: false };
      } finally {
        await finish(db, orgId, key, answer && JSON.stringify(answer));
      }
    },
  };
}
