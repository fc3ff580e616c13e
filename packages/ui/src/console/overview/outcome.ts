/** The figures of mail status, each with what it counts. */
import type { Answer, mailStatus } from '@sightline/api';

export type MailStatus = Answer<typeof mailStatus>;

export interface Figure {
  key: 'accepted' | 'delivered' | 'queued' | 'deferred' | 'bounced' | 'rejected';
  label: string;
  /** What the number counts. */
  unit: string;
}

export const FIGURES: readonly Figure[] = [
  { key: 'accepted', label: 'Accepted', unit: 'messages' },
  { key: 'delivered', label: 'Delivered', unit: 'recipients' },
  { key: 'bounced', label: 'Bounced', unit: 'recipients' },
  { key: 'deferred', label: 'Deferred', unit: 'attempts' },
  { key: 'queued', label: 'Queued', unit: 'messages now' },
  { key: 'rejected', label: 'Rejected', unit: 'refusals' },
];

/** Share of recipients whose mail arrived, of those about whom it is decided; undefined before the first. */
export function deliveredShare({ delivered, bounced }: MailStatus): number | undefined {
  const decided = delivered + bounced;
  return decided === 0 ? undefined : delivered / decided;
}

/** `97.0 %`; only what is exactly all says 100 %. */
export const percent = (share: number): string =>
  `${share === 1 ? 100 : Math.min(99.9, Math.round(share * 1000) / 10)} %`;
