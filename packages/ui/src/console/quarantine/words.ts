/** Settings of a quarantine in words. Pure. */
import type { QuarantineSettings } from '@sightline/api';
import { count } from '../../kit/text.ts';

const days = (hours: number): string => (hours % 24 === 0 ? count(hours / 24, 'day') : count(hours, 'hour'));

export const stayWords = ({ keepHours, atExpiry }: QuarantineSettings): string =>
  `${days(keepHours)}, then ${atExpiry === 'release' ? 'released' : 'deleted'}`;
