/** Which event of AsyncOS's Message Events a tracking event is. */
import type { MessageEvent, TrackEvent, VerdictCategory } from '@sightline/api';

type EventOf<T extends TrackEvent['type']> = Extract<TrackEvent, { type: T }>;

const OF_TYPE: Partial<Record<TrackEvent['type'], MessageEvent>> = {
  delivered: 'delivered',
  deferred: 'deferred',
  bounced: 'bounced',
  quarantined: 'quarantined',
  held: 'held',
  released: 'released',
  dropped: 'dropped',
  rejected: 'rejected',
};

const POSITIVE: Partial<Record<VerdictCategory, MessageEvent>> = {
  spam: 'spam',
  virus: 'virus',
  list: 'blocklisted',
  authentication: 'unauthenticated',
  file: 'malicious_file',
  url: 'malicious_url',
};

/** Of engines whose verdicts came without a category. */
const CATEGORY: Record<string, VerdictCategory> = {
  antispam: 'spam',
  rspamd: 'spam',
  antivirus: 'virus',
  clamav: 'virus',
  dmarc: 'authentication',
  files: 'file',
};

/** Undefined for events that are nothing special. */
export const eventOf = (event: TrackEvent): MessageEvent | undefined =>
  event.type === 'verdict' ? verdict(event) : OF_TYPE[event.type];

function verdict({ engine, verdict: said, category = CATEGORY[engine] }: EventOf<'verdict'>) {
  if (said === 'suspect' && category === 'spam') return 'suspect_spam';
  return said === 'positive' && category ? POSITIVE[category] : undefined;
}
