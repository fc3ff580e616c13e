/** What the series of the overview are called. */
import type { MailSeries } from '@sightline/api';

export const SERIES: readonly { id: MailSeries; label: string; color: string }[] = [
  { id: 'all', label: 'Messages', color: 'var(--sl-accent)' },
  { id: 'malicious', label: 'Malicious', color: 'var(--sl-malicious)' },
  { id: 'spam', label: 'Spam', color: 'var(--sl-suspicious)' },
  { id: 'quarantined', label: 'Quarantined', color: 'var(--sl-amber)' },
  { id: 'refused', label: 'Refused or dropped', color: 'var(--sl-unknown)' },
];

export const labelOf = (id: MailSeries): string => SERIES.find((one) => one.id === id)?.label ?? id;
