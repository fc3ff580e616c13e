/** What an appliance can do about observables, given what it knows of their messages. Pure. */
import type { State, TrackRow } from '@sightline/api';
import { type Observable, observableKey } from '@sightline/ctim';
import type { Offer } from '../kind.ts';
import { type Blocking, blockingsOf } from './block.ts';
import { BLOCK_HOURS } from './order.ts';

export interface Known {
  device: string;
  /** Appliances that can be asked, this one among them. */
  appliances: number;
  /** Messages of an observable, by its key. */
  rows(observable: Observable): readonly TrackRow[];
  /** Whether this action was done about it on this appliance, and still holds. */
  stands(action: string, observable: Observable): boolean;
}

const WAITING: ReadonlySet<State> = new Set(['processing', 'queued', 'deferred']);
const KEPT: ReadonlySet<State> = new Set(['quarantined', 'held']);
const DAYS = BLOCK_HOURS / 24;
/** Messages of one offer. */
const MOST = 100;

const clipped = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

export const offersOf = (observables: readonly Observable[], known: Known): Offer[] => {
  const all = observables.flatMap((observable) => [
    ...blockingsOf(observable).flatMap(({ blocking }) => blocks(observable, blocking, known)),
    ...waiting(observable, known),
    ...kept(observable, known),
  ]);
  return [...new Map(all.map((offer) => [JSON.stringify([offer.id, offer.query]), offer])).values()];
};

const about = ({ type, value }: Observable): Record<string, string> => ({
  observable_type: type,
  observable_value: value,
});

function blocks(observable: Observable, blocking: Blocking, known: Known): Offer[] {
  const { word, what, effect } = blocking;
  const value = clipped(observable.value);
  const query = { ...about(observable), hours: String(BLOCK_HOURS) };
  const block: Offer = {
    id: `email-block-${word}`,
    title: `Block ${what} ${value}`,
    description: `From now on ${known.device} stops mail ${effect}, as its policy has it for the blocklist, for ${DAYS} days.`,
    categories: ['E-mail', 'Contain'],
    query,
  };
  const everywhere: Offer = {
    ...block,
    title: `${block.title} on all ${known.appliances} appliances`,
    description: `From now on all ${known.appliances} registered appliances stop mail ${effect}, for ${DAYS} days.`,
    query: { ...query, appliances: 'all' },
  };
  const unblock: Offer = {
    id: `email-unblock-${word}`,
    title: `Unblock ${what} ${value}`,
    description: `${known.device} takes mail ${effect} again, as far as nothing else speaks against it.`,
    categories: ['E-mail', 'Allow'],
    query: about(observable),
  };
  return [
    ...(known.stands(block.id, observable) ? [unblock] : [block]),
    ...(known.appliances > 1 ? [everywhere] : []),
  ];
}

/** `Message 8 "test" from ann@example.org`, or how many they are. */
function named(rows: readonly TrackRow[]): string {
  const [first] = rows;
  if (!first || rows.length > 1) return `${rows.length} messages`;
  return `message ${first.mid} "${clipped(first.subject)}" from ${first.sender || 'the empty sender'}`;
}

const midsOf = (rows: readonly TrackRow[]): string => rows.map(({ mid }) => mid).join();

const of = (observable: Observable, known: Known, states: ReadonlySet<State>): readonly TrackRow[] =>
  known
    .rows(observable)
    .filter(({ state }) => states.has(state))
    .slice(0, MOST);

/** By the observable where the queue can be searched by it: so what came in the meantime is found too. */
function waiting(observable: Observable, known: Known): Offer[] {
  const rows = of(observable, known, WAITING);
  if (rows.length === 0) return [];
  const searched = blockingsOf(observable).length > 0;
  const query = { ...about(observable), ...(searched ? {} : { mids: midsOf(rows) }) };
  const which = searched ? `what waits in the queue with this (now: ${named(rows)})` : named(rows);
  return [
    {
      id: 'email-quarantine-waiting',
      title: `Quarantine waiting mail on ${known.device}`,
      description: `${known.device} takes ${which} out of its queue and into the quarantine Policy.`,
      categories: ['E-mail', 'Contain'],
      query: { ...query, quarantine: 'Policy' },
    },
    {
      id: 'email-hold-waiting',
      title: `Hold waiting mail on ${known.device}`,
      description: `${known.device} keeps ${which} in its queue until somebody releases or deletes it.`,
      categories: ['E-mail', 'Contain'],
      query,
    },
    {
      id: 'email-delete-waiting',
      title: `Delete waiting mail on ${known.device}`,
      description: `${known.device} deletes ${which} from its queue. This cannot be undone.`,
      categories: ['E-mail', 'Contain'],
      query,
    },
  ];
}

function kept(observable: Observable, known: Known): Offer[] {
  const rows = of(observable, known, KEPT);
  if (rows.length === 0) return [];
  const query = { ...about(observable), mids: midsOf(rows) };
  const where = rows.every(({ state }) => state === 'held') ? 'held' : 'quarantined';
  return [
    {
      id: 'email-release-quarantined',
      title: `Release ${where} mail on ${known.device}`,
      description: `${known.device} releases ${named(rows)}; it is delivered. This cannot be undone.`,
      categories: ['E-mail', 'Allow'],
      query,
    },
    {
      id: 'email-delete-quarantined',
      title: `Delete ${where} mail on ${known.device}`,
      description: `${known.device} deletes ${named(rows)}. This cannot be undone.`,
      categories: ['E-mail', 'Contain'],
      query,
    },
  ];
}

/** Rows by the observables that they were found by. */
export const rowsBy = (found: ReadonlyMap<string, readonly TrackRow[]>) => (observable: Observable) =>
  found.get(observableKey(observable)) ?? [];
