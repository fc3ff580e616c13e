/** What can be done with the open node in the graph: ask for more around it, fold its leaves in, put it away. */
import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconFold, IconTopologyStarRing3 } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { count } from '../kit/text.ts';
import type { Arranged } from './arranged.ts';
import { awayAround, leavesOf, toggled } from './sift.ts';
import type { View } from './state.ts';
import type { Investigation } from './use.ts';

interface NodeToolsProps {
  view: View;
  chosen: string;
  arranged: Arranged;
  inquiry: Investigation;
}

export function NodeTools({ view, chosen, arranged, inquiry }: NodeToolsProps): ReactNode {
  const { now, change } = arranged;
  const node = view.whole.nodes.find((n) => n.id === chosen);
  const leaves = useMemo(() => leavesOf(view.whole, chosen), [view.whole, chosen]);
  const hidden = useMemo(() => awayAround(view.whole, now.sift, chosen), [view.whole, now.sift, chosen]);
  if (!node) return null;
  const folded = now.sift.folded.has(chosen);
  const expandable = (!node.searched || inquiry.run.manual) && !inquiry.run.expanded.includes(chosen);
  return (
    <>
      {expandable && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconTopologyStarRing3 size={13} />}
          onClick={() => inquiry.expand(node.observable)}
        >
          {node.searched ? 'Ask about this' : 'Expand'}
        </Button>
      )}
      {leaves > 0 && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconFold size={13} />}
          aria-pressed={folded}
          onClick={() => change({ sift: { ...now.sift, folded: toggled(now.sift.folded, chosen) } })}
        >
          {folded ? `Unfold ${count(leaves, 'node')}` : `Fold in ${count(leaves, 'node')}`}
        </Button>
      )}
      {hidden.length > 0 && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconEye size={13} />}
          onClick={() => change({ sift: { ...now.sift, away: without(now.sift.away, hidden) } })}
        >
          Show {hidden.length} hidden
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconEyeOff size={13} />}
        onClick={() => change({ sift: { ...now.sift, away: toggled(now.sift.away, chosen) } })}
      >
        {now.sift.away.has(chosen) ? 'Show in the graph' : 'Hide in the graph'}
      </Button>
    </>
  );
}

const without = (all: ReadonlySet<string>, some: readonly string[]): ReadonlySet<string> =>
  new Set([...all].filter((id) => !some.includes(id)));
