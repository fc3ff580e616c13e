/** What appliances are asked to do: offers of one of them, and orders to one or several. */
import { createHash } from 'node:crypto';
import {
  type ActionPlace,
  type Device,
  Fault,
  fail,
  type LookupAnswer,
  type ResponseAct,
  type TrackRow,
} from '@sightline/api';
import { type Observable, observableKey } from '@sightline/ctim';
import type { Deps } from '../deps.ts';
import { problemOfError } from '../investigate/trouble.ts';
import { keyOf, keyText, lookupOf } from './email/ask.ts';
import { offersOf, rowsBy } from './email/offer.ts';
import { actOf, OrderQuery, said, undoOf } from './email/order.ts';
import type { Instance, Limits, Offer, Order, Outcome, Problem, Undo } from './kind.ts';
import { rangeOf } from './range.ts';

/** An action that was taken about an observable and holds still. */
export interface Standing {
  module: string;
  action: string;
  observable: Observable;
  /** It was asked of all appliances. */
  all: boolean;
}

export interface ActDeps extends Pick<Deps, 'ask' | 'devices' | 'clock'> {
  /** Those of an organisation about any of these observables. */
  standing(orgId: string, observables: readonly Observable[]): Promise<Standing[]>;
}

interface Of {
  instance: Instance;
  device: Device;
}

/** Messages of one observable that are looked at. */
const EACH = 100;
/** Orders at once to several appliances. */
const MOST_DEVICES = 100;

/** Nothing, with the reason, where the appliance takes no orders. */
export async function offered(
  deps: ActDeps,
  { instance, device }: Of,
  observables: readonly Observable[],
  limits: Limits,
): Promise<{ offers: Offer[]; errors: Problem[] }> {
  const { orgId } = instance;
  const { lookup } = lookupOf(observables, rangeOf(instance, limits, deps.clock()), EACH);
  const [health, answer, usable, standing] = await Promise.all([
    deps.ask(orgId, device.id, { verb: 'health' }, limits),
    lookup ? deps.ask(orgId, device.id, { verb: 'lookup', body: lookup }, limits) : undefined,
    deps.devices(orgId),
    deps.standing(orgId, observables),
  ]);
  if (health.remoteResponse === false) return { offers: [], errors: [off(device)] };
  const offers = offersOf(observables, {
    device: device.name,
    appliances: usable.devices.length,
    rows: rowsBy(found(answer, observables)),
    stands: (action, observable) =>
      standing.some(
        (one) =>
          one.action === action &&
          (one.all || one.module === instance.id) &&
          observableKey(one.observable) === observableKey(observable),
      ),
  });
  return { offers, errors: [] };
}

const off = ({ name }: Device): Problem => ({
  code: 'remote-response-off',
  message: fail('remote_response_off', { device: name }).message,
  type: 'warning',
});

function found(
  answer: LookupAnswer | undefined,
  observables: readonly Observable[],
): Map<string, readonly TrackRow[]> {
  const rows = new Map((answer?.results ?? []).map((result) => [keyText(result), result.rows]));
  return new Map(
    observables.map((observable) => {
      const key = keyOf(observable);
      return [observableKey(observable), (key && rows.get(keyText(key))) ?? []];
    }),
  );
}

interface Asked {
  action: string;
  query: Record<string, string>;
  order: Order;
}

/** @throws `action_unknown`, `action_input`, `not_found` for an appliance that is none of the organisation's */
export async function triggered(
  deps: ActDeps,
  { instance, device }: Of,
  { action, query: given, order }: Asked,
  limits: Limits,
): Promise<Outcome> {
  const wrong = (reason: string) => fail('action_input', { module: instance.name, reason });
  const parsed = OrderQuery.safeParse(given);
  if (!parsed.success) throw wrong(parsed.error.issues[0]?.message ?? 'what was sent with it is not valid');
  const query = parsed.data;
  const act = actOf(action, query);
  if (act === undefined) throw fail('action_unknown', { module: instance.name });
  if (typeof act === 'string') throw wrong(act);
  const devices = await addressees(deps, { instance, device }, query);
  if ('mids' in act && devices.length > 1) throw wrong('messages are of one appliance');
  const { reason, source } = query;
  const done = await Promise.all(
    devices.map((one) => ordered(deps, instance, one, { act, reason, source, order }, limits)),
  );
  return outcome(deps, done, { action, query, act });
}

interface Addressee {
  id: string;
  name: string;
}

/** @throws `not_found` */
async function addressees(
  deps: ActDeps,
  { instance, device }: Of,
  { appliances }: OrderQuery,
): Promise<Addressee[]> {
  if (appliances === 'one' || appliances === device.id) return [device];
  const { devices } = await deps.devices(instance.orgId);
  if (appliances === 'all') return devices.slice(0, MOST_DEVICES);
  const ids = [...new Set(appliances.split(','))].slice(0, MOST_DEVICES);
  return ids.map((id) => {
    const one = devices.find((d) => d.id === id);
    if (!one) throw fail('not_found', { what: 'device' });
    return one;
  });
}

type Done = { device: Addressee } & (
  | { answer: Awaited<ReturnType<typeof orderTo>>; problem?: undefined }
  | { answer?: undefined; problem: Problem }
);

interface Ordered {
  act: ResponseAct;
  reason: string;
  source: string;
  order: Order;
}

async function ordered(
  deps: ActDeps,
  instance: Instance,
  device: Addressee,
  given: Ordered,
  limits: Limits,
): Promise<Done> {
  try {
    return { device, answer: await orderTo(deps, instance.orgId, device, given, limits) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { device, problem: problemOfError(error, device.name, () => '') };
  }
}

/** An answer that did not come in time is asked for once more: the same order is carried out once. */
async function orderTo(
  { ask }: ActDeps,
  orgId: string,
  device: Addressee,
  { act, reason, source, order }: Ordered,
  { deadlineMs, signal }: Limits,
) {
  const body = { id: orderId(order.id, device.id), actor: order.actor.slice(0, 150), reason, source, act };
  const send = () =>
    ask(orgId, device.id, { verb: 'respond', body }, { deadlineMs: Math.ceil(deadlineMs / 2), signal });
  return send().catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'device_timeout') return send();
    throw error;
  });
}

/** A UUID (version 8) of its own for each appliance, the same whenever the same order is given again. */
export function orderId(id: string, deviceId: string): string {
  const hex = createHash('sha256').update(`${id} ${deviceId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const HOUR_MS = 3_600_000;

const placed = (act: ResponseAct, { device, answer, problem }: Done): ActionPlace =>
  answer
    ? { name: device.name, status: 'success', text: `${said(act, answer, device.name)}.` }
    : { name: device.name, status: 'failure', text: problem.message };

/** What is taken back in the same way on several appliances is one order to all of them. */
function together(undo: readonly Undo[]): Undo[] {
  const ways = new Map<string, Undo>();
  for (const { action, query } of undo) {
    const { appliances = '', ...rest } = query;
    const key = JSON.stringify([action, rest]);
    const before = ways.get(key)?.query.appliances;
    ways.set(key, {
      action,
      query: { ...rest, appliances: before ? `${before},${appliances}` : appliances },
    });
  }
  return [...ways.values()];
}

function outcome(
  { clock }: ActDeps,
  done: readonly Done[],
  { action, query, act }: { action: string; query: OrderQuery; act: ResponseAct },
): Outcome {
  const errors = done.flatMap(({ problem }) => problem ?? []);
  const good = done.flatMap(({ device, answer }) => (answer ? [{ device, answer }] : []));
  const undo: Undo[] = good.flatMap(
    ({ device, answer }) => undoOf(action, query, { act, answer, deviceId: device.id }) ?? [],
  );
  const text = good.map(({ device, answer }) => said(act, answer, device.name)).join('. ');
  const places = query.appliances === 'one' ? [] : done.map((one) => placed(act, one));
  return {
    status: errors.length === 0 && done.length > 0 ? 'success' : 'failure',
    errors,
    ...(text ? { text: `${text}.` } : {}),
    ...(places.length > 0 ? { places } : {}),
    ...(act.do === 'block'
      ? { expires: act.hours === null ? null : clock() + Math.round(act.hours * HOUR_MS) }
      : {}),
    ...(undo.length > 0 ? { undo: together(undo) } : {}),
    ...(act.do === 'unblock' ? { ends: action.replace('-unblock-', '-block-') } : {}),
  };
}
