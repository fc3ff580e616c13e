/** What of an observable an appliance can block, and the names of the actions that do. Pure. */
import { type ListKind, listValue } from '@sightline/api';
import type { Observable, ObservableType } from '@sightline/ctim';

export interface Blocking {
  /** Last part of the action: `email-block-sender`. */
  word: string;
  kind: ListKind;
  types: readonly ObservableType[];
  /** As a title goes on after Block and Unblock. */
  what: string;
  /** What becomes of mail, after the appliance's name. */
  effect: string;
}

export const BLOCKINGS: readonly Blocking[] = [
  { word: 'sender', kind: 'sender', types: ['email'], what: 'sender', effect: 'from this sender' },
  {
    word: 'domain',
    kind: 'domain',
    types: ['domain'],
    what: 'sender domain',
    effect: 'from senders of this domain and its subdomains',
  },
  { word: 'ip', kind: 'network', types: ['ip', 'ipv6'], what: 'sending host', effect: 'from this address' },
  {
    word: 'url',
    kind: 'url',
    types: ['url', 'domain'],
    what: 'links to',
    effect: 'with a link that goes there',
  },
  { word: 'file', kind: 'sha256', types: ['sha256'], what: 'file', effect: 'with this file' },
  {
    word: 'subject',
    kind: 'subject',
    types: ['email_subject'],
    what: 'subject',
    effect: 'with this subject',
  },
  {
    word: 'attachment',
    kind: 'attachment',
    types: ['file_name'],
    what: 'attachments named',
    effect: 'with a file of this name',
  },
];

export interface Item {
  kind: ListKind;
  value: string;
}

/** An observable as an entry of a blocklist; undefined where its value is none of the kind. */
export function itemOf({ kind, types }: Blocking, { type, value }: Observable): Item | undefined {
  if (!types.includes(type)) return undefined;
  const kept = listValue(kind, value);
  return kept === undefined ? undefined : { kind, value: kept };
}

/** All the ways in which an appliance can block it. */
export const blockingsOf = (observable: Observable): { blocking: Blocking; item: Item }[] =>
  BLOCKINGS.flatMap((blocking) => {
    const item = itemOf(blocking, observable);
    return item ? [{ blocking, item }] : [];
  });
