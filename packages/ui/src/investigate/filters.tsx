/** What the page is narrowed to, each with a way out. */
import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { shortValue } from '../kit/observable.ts';
import { visible } from '../kit/text.ts';
import { absolute } from '../kit/time.ts';
import { useZone } from '../kit/when.tsx';
import { without } from './facts.ts';
import css from './page.module.css';
import type { View } from './state.ts';

export function Filters({ view: { filter, setFilter, whole } }: { view: View }): ReactNode {
  const { zone } = useZone();
  const { range, key, campaign } = filter;
  if (!range && key === undefined && !campaign) return null;
  const node = whole.nodes.find((n) => n.id === key);
  return (
    <span className={css.filters}>
      {range && (
        <Chip name="time" onRemove={() => setFilter(without(filter, 'range'))}>
          {absolute(range[0], zone).slice(0, 16)} to {absolute(range[1], zone).slice(0, 16)}
        </Chip>
      )}
      {campaign && (
        <Chip name="campaign" onRemove={() => setFilter(without(filter, 'campaign'))}>
          only <bdi>{visible(campaign.name.slice(0, 60))}</bdi>
        </Chip>
      )}
      {key !== undefined && (
        <Chip name="observable" onRemove={() => setFilter(without(filter, 'key'))}>
          only {node ? shortValue(node.observable, 40) : key}
        </Chip>
      )}
    </span>
  );
}

function Chip({
  name,
  onRemove,
  children,
}: {
  name: string;
  onRemove: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <span className={css.filter}>
      {children}
      <CloseButton size={18} iconSize={12} aria-label={`Remove the filter by ${name}`} onClick={onRemove} />
    </span>
  );
}
