/** Whether a sender is told what came of a message. Pure. */
import type { BounceProfile } from '@sightline/api';
import type { Action } from './dsn.ts';
import type { Dsn } from './message.ts';
import type { Outcome } from './schedule.ts';

export interface Case {
  /** '' is the null reverse-path: a report is never answered with a report (RFC 5321 section 6.1). */
  sender: string;
  /** Spam, or it was in a quarantine: its sender is forged, or not to know. */
  quiet: boolean;
  dsn: Dsn | undefined;
  bouncing: Pick<BounceProfile, 'bounceMessages'>;
  /** The next hop took over the sender's wish to be told. */
  passedOn: boolean;
}

/** What is reported of an outcome; undefined is nothing (RFC 3461 section 4.1 and 5.2). */
export function actionFor(
  outcome: Outcome,
  { sender, quiet, dsn, bouncing, passedOn }: Case,
): Action | undefined {
  if (sender === '' || quiet) return undefined;
  const wish = dsn?.recipients?.find((one) => one.rid === outcome.rid)?.notify;
  switch (outcome.kind) {
    case 'bounced':
      return bouncing.bounceMessages && (!wish?.length || wish.includes('FAILURE')) ? 'failed' : undefined;
    case 'deferred':
      return outcome.late && (!wish?.length || wish.includes('DELAY')) ? 'delayed' : undefined;
    case 'delivered':
      return wish?.includes('SUCCESS') && !passedOn ? 'relayed' : undefined;
  }
}
