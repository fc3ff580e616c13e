/** What modules can do about observables, and having them do it (CTR iroh-response). */
import { createHash } from 'node:crypto';
import { type Answer, Fault, fail, respondObservables, respondSighting, trigger } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Observable } from '@sightline/ctim';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { type CallDeps, called, endOf } from '../investigate/call.ts';
import { idsOf } from '../investigate/enrich.ts';
import { enveloped, gather, type Listing } from '../investigate/gather.ts';
import type { Lanes } from '../investigate/lanes.ts';
import { distinct, observablesIn } from '../investigate/routes.ts';
import { stamped } from '../investigate/trouble.ts';
import type { Limits, Offer, Target, Targets } from '../module/kind.ts';
import { begin, finish } from './store.ts';

export interface RespondDeps extends Pick<Deps, 'db' | 'clock' | 'log' | 'audit' | 'publicUrl'> {
  targets: Targets;
  lanes: Lanes;
}

type Triggered = Answer<typeof trigger>;

/** How long a key is remembered. */
const DAY_MS = 86_400_000;

export function respondRoutes(on: Mount<Caller>, deps: RespondDeps): void {
  on(respondObservables, ({ body, ...given }) => offered(deps, given, distinct(body)));
  on(respondSighting, ({ body, ...given }) => offered(deps, given, observablesIn(body)));
  on(trigger, async ({ caller, params, query, c }) => {
    const [target] = await deps.targets(caller.orgId, [params.module]);
    if (!target) throw noModule();
    const asked = { target, action: params.action, query: textsOf(query) };
    const key = c.req.header('idempotency-key');
    if (!key) return act(deps, caller, asked);
    return onceOnly(deps, caller.orgId, { key, request: requestOf(params.module, asked) }, () =>
      act(deps, caller, asked),
    );
  });
}

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

interface Asked {
  target: Target;
  action: string;
  query: Record<string, string>;
}

/** Done once whatever happens: a failed connection is not tried again, for it may have been done. */
async function act(deps: RespondDeps, caller: Caller, { target, action, query }: Asked): Promise<Triggered> {
  const { ref } = target;
  const about = [query.observable_type, query.observable_value].filter(Boolean).join(' ');
  const note = (name: string, text: string) =>
    deps.audit({
      orgId: caller.orgId,
      actor: caller.name,
      action: name,
      object: ref.module,
      text: `${text} ${action} of ${ref.module}${about && ` on ${about}`}`.slice(0, 1000),
      peer: caller.peer,
    });
  await note('response.triggered', 'Triggered');
  // also when whoever asked goes away: half done would be worse
  const calling = callDeps(deps, new AbortController().signal);
  const ends = endOf(calling, performance.now());
  const { value, errors } = await called(target, { ...calling, ends }, async (limits) => {
    if (!target.trigger) throw fail('action_unknown', { module: ref.module });
    return target.trigger(action, query, limits);
  });
  const status = value?.status ?? 'failure';
  const all = [...errors, ...(value?.errors ?? []).map((one) => stamped(ref, one))];
  await note(`response.${status}`, status === 'success' ? 'Did' : 'Failed:');
  return { data: { status }, ...(all.length > 0 ? { errors: all } : {}) };
}

const textsOf = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String([value].flat()[0])]));

const requestOf = (module: string, { action, query }: Asked): string =>
  createHash('sha256')
    .update(JSON.stringify([module, action, Object.entries(query).sort()]))
    .digest('hex');

/** The same key and request: the same answer, and nothing is done again. @throws `trigger_repeated` */
async function onceOnly(
  { db, clock }: RespondDeps,
  orgId: string,
  { key, request }: { key: string; request: string },
  work: () => Promise<Triggered>,
): Promise<Triggered> {
  if (key.length > 255)
    throw new Fault(
      'invalid_input',
      {},
      { fields: [{ path: 'Idempotency-Key', message: 'At most 255 characters.' }] },
    );
  const earlier = await begin(db, { orgId, key, request }, clock(), clock() - DAY_MS);
  if (earlier) {
    if (earlier.request !== request || earlier.answer === null) throw fail('trigger_repeated');
    return JSON.parse(earlier.answer) as Triggered;
  }
  let answer: Triggered | undefined;
  try {
    answer = await work();
    return answer;
  } finally {
    await finish(db, orgId, key, answer && JSON.stringify(answer));
  }
}
