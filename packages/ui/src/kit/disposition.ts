/** What a disposition is called, which colour it has and where it sorts. Colour never stands alone. */
import type { Disposition } from '@sightline/ctim';

/** `conflict`: modules disagree. `none`: nobody was asked or nobody said anything. */
export type Standing = Disposition | 'conflict' | 'none';

interface Look {
  word: string;
  /** CSS variable of the colour. */
  color: string;
  /** Display order, worst first. */
  rank: number;
}

const LOOKS: Record<string, Look> = {
  2: { word: 'Malicious', color: 'var(--sl-malicious)', rank: 1 },
  3: { word: 'Suspicious', color: 'var(--sl-suspicious)', rank: 2 },
  conflict: { word: 'Disputed', color: 'var(--sl-amber)', rank: 3 },
  5: { word: 'Unknown', color: 'var(--sl-unknown)', rank: 4 },
  none: { word: 'No verdict', color: 'var(--sl-muted)', rank: 5 },
  4: { word: 'Common', color: 'var(--sl-common)', rank: 6 },
  1: { word: 'Clean', color: 'var(--sl-clean)', rank: 7 },
};

export const look = (standing: Standing): Look => LOOKS[standing] as Look;
