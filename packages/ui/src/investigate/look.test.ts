import { saveView } from '@sightline/api';
import { expect, it } from 'vitest';
import { packLook, unpackLook } from './look.ts';
import { EVERYTHING, type Sift } from './sift.ts';

it('goes into a saved view and comes back; what belongs to one investigation stays there', () => {
  const sift: Sift = {
    ...EVERYTHING,
    types: { picked: new Set(['ip', 'cisco_mid']), how: 'highlight' },
    away: new Set(['ip:192.0.2.7']),
  };
  const look = { tab: undefined, inspector: false, list: true };
  const kept = packLook(look, { loose: new Set(['a']), sift });
  const state = { filter: {}, density: 'normal', hidden: {}, investigate: kept };
  expect(saveView.body.safeParse({ page: 'investigate', name: 'x', state }).success).toBe(true);
  expect(unpackLook(kept)).toEqual({
    look,
    arrangement: { loose: new Set(), sift: { ...sift, away: new Set() } },
  });
});
