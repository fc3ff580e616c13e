/** A page that the frame leads to. */
import type { Me } from '@sightline/api';
import type { ComponentType } from 'react';

export interface Place {
  to: string;
  label: string;
  /** One word for the bar at the bottom of narrow screens; the label when left out. */
  short?: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Has a place of its own in the bar at the bottom of narrow screens; the others are there under More. */
  handy?: boolean;
  /** Permission without which the place is not offered. */
  needs?: string;
  /** Second key after `g`. */
  key?: string;
  /** A dot that says: there is something to do here. */
  badge?: string;
}

/** The places that this user's role may see. */
export const allowed = (places: Place[], me: Me | undefined): Place[] =>
  places.filter(({ needs }) => needs === undefined || me?.permissions.includes(needs));
