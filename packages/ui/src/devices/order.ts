/** How the list of devices is ordered, counted and described. */
import type { Device } from '@sightline/api';

export type SortKey = 'name' | 'type' | 'version' | 'status';
export interface Order {
  key: SortKey;
  desc: boolean;
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sorted copy; `Device 10` comes after `Device 9`, equal ones in order of their making. */
export function ordered(devices: readonly Device[], { key, desc }: Order): Device[] {
  return [...devices].sort(
    (a, b) => (desc ? -1 : 1) * natural.compare(a[key], b[key]) || natural.compare(a.created, b.created),
  );
}

/** The same column again turns the order around. */
export const turned = (order: Order, key: SortKey): Order => ({
  key,
  desc: order.key === key && !order.desc,
});

export const STATUS_WORD: Record<Device['status'], string> = {
  pending: 'Pending',
  registered: 'Registered',
  offline: 'Offline',
};

/** What the connection indicator says when it is read. */
export function connection(device: Pick<Device, 'status'>): string {
  if (device.status === 'registered') return 'Connected';
  return device.status === 'offline' ? 'Not connected' : 'Not registered yet';
}

/** `1 Row Selected`, `0 Rows Selected` */
export const selectedText = (n: number): string => `${n} ${n === 1 ? 'Row' : 'Rows'} Selected`;

/** Ids that are still listed, so that a deleted row does not stay selected. */
export const stillThere = (selected: ReadonlySet<string>, devices: readonly Device[]): Set<string> =>
  new Set(devices.map((d) => d.id).filter((id) => selected.has(id)));
