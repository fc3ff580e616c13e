/** How the page Investigate looks, to and from a saved view. Pure. */
import type { ViewState } from '@sightline/api';
import type { Arrangement } from './arranged.ts';
import { EVERYTHING, type Picks } from './sift.ts';

export interface Look {
  tab: string | undefined;
  inspector: boolean;
  list: boolean;
}

const packed = ({ picked, how }: Picks) => ({ picked: [...picked], how });

export const packLook = (
  look: Look,
  { grouping, sift }: Arrangement,
): NonNullable<ViewState['investigate']> => ({
  tab: look.tab ?? '',
  inspector: look.inspector,
  list: look.list,
  grouping: grouping ?? null,
  types: packed(sift.types),
  verbs: packed(sift.verbs),
});

/** Nodes that were put away or folded belong to one investigation; a view has none. */
export function unpackLook(kept: NonNullable<ViewState['investigate']>): {
  look: Look;
  arrangement: Arrangement;
} {
  const { tab, inspector, list, grouping, types, verbs } = kept;
  const picks = ({ picked, how }: typeof types): Picks => ({ picked: new Set(picked), how });
  return {
    look: { tab: tab || undefined, inspector, list },
    arrangement: {
      ...(grouping === null ? {} : { grouping }),
      loose: new Set(),
      sift: { ...EVERYTHING, types: picks(types), verbs: picks(verbs) },
    },
  };
}
