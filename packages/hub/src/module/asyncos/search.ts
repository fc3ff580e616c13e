/** Observables as searches of AsyncOS message tracking. Pure. */
import type { KeyValue, LookupKey } from '@sightline/api';

type Criteria = Record<string, string>;

const is = (name: string, value: string): Criteria => ({
  [`${name}Operator`]: 'is',
  [`${name}Value`]: value,
});

/** There is no OR between criteria, so an address needs two searches. URLs cannot be searched for. */
const SEARCHES: Partial<Record<LookupKey, (value: string) => Criteria[]>> = {
  ip: (value) => [{ senderIp: value }],
  domain: (value) => [is('domainName', value)],
  address: (value) => [is('envelopeSenderfilter', value), is('envelopeRecipientfilter', value)],
  subject: (value) => [is('subjectfilter', value)],
  mid: (value) => [{ ciscoMid: value }],
  message_id: (value) => [{ messageIdHeader: value }],
  sha256: (value) => [{ fileSha256: value }],
  file_name: (value) => [is('attachmentName', value)],
};

/** The searches that find a value; none where this API has none. */
export const searchesOf = ({ key, value }: KeyValue): Criteria[] => SEARCHES[key]?.(value) ?? [];

/** Seconds must be 00: the beginning rounds down, the end up, so that nothing is missed. */
export const datesOf = ({ from, to }: { from: number; to: number }): Criteria => ({
  startDate: minute(Math.floor(from / 60_000)),
  endDate: minute(Math.ceil(to / 60_000)),
});

const minute = (minutes: number): string =>
  `${new Date(minutes * 60_000).toISOString().slice(0, 16)}:00.000Z`;
