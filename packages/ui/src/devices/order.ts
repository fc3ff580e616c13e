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
  conflict: 'Conflict',
};

/** What a pending device waits for. */
export const TOKEN_WORD: Record<NonNullable<Device['tokenState']>, string> = {
  open: 'token ends',
  expired: 'token expired',
  revoked: 'token revoked',
};

/** Events in a person's words; those of a newer exchange are shown by their kind. */
export const KIND_WORD: Record<string, string> = {
  'device.registered': 'Registered',
  'device.connected': 'Connected',
  'device.disconnected': 'Disconnected',
  'device.refused': 'Connection refused',
  'device.replaced': 'Connection replaced',
  'device.conflict': 'Two machines, one key',
  'device.resolved': 'Conflict resolved',
  'device.rotated': 'Key rotated',
  'device.skew': 'Clock is wrong',
  'token.refused': 'Token refused',
  'token.reuse': 'Token used again',
};

/** ISO 8601 in UTC of a `datetime-local` field in this zone; '' when it is empty or no time. */
export function instant(text: string, zone: 'utc' | 'local'): string {
  const at = new Date(zone === 'utc' && text ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** What the connection indicator says when it is read. */
export function connection(device: Pick<Device, 'status'>): string {
  if (device.status === 'registered') return 'Connected';
  if (device.status === 'conflict') return 'Two machines have the key of this device';
  return device.status === 'offline' ? 'Not connected' : 'Not registered yet';
}

/** `1 Row Selected`, `0 Rows Selected` */
export const selectedText = (n: number): string => `${n} ${n === 1 ? 'Row' : 'Rows'} Selected`;

/** Ids that are still listed, so that a deleted row does not stay selected. */
export const stillThere = (selected: ReadonlySet<string>, devices: readonly Device[]): Set<string> =>
  new Set(devices.map((d) => d.id).filter((id) => selected.has(id)));

/** How far a device's clock is from ours: differences below two seconds are none. */
export function clockText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds < 2) return 'In time';
  return `${seconds.toLocaleString('en-US')} s ${skewMs > 0 ? 'ahead' : 'behind'}`;
}
