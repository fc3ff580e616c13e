/** The figures of mail status, as shares of what came in. */
import type { Answer, mailStatus } from '@sightline/api';

export type MailStatus = Answer<typeof mailStatus>;

export interface Outcome {
  key: 'delivered' | 'queued' | 'deferred' | 'bounced' | 'rejected';
  label: string;
  value: number;
  /** 0..1 of all outcomes. */
  share: number;
}

const KEYS = [
  ['delivered', 'Delivered'],
  ['queued', 'Queued'],
  ['deferred', 'Deferred'],
  ['bounced', 'Bounced'],
  ['rejected', 'Rejected'],
] as const;

export function outcomes(status: MailStatus): Outcome[] {
  const sum = KEYS.reduce((n, [key]) => n + status[key], 0);
  return KEYS.map(([key, label]) => ({
    key,
    label,
    value: status[key],
    share: sum === 0 ? 0 : status[key] / sum,
  }));
}
