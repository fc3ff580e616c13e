/** The filter of the graph: kinds of nodes and relations, hidden or highlighted. */
import { ActionIcon, Button, Checkbox, Indicator, Popover, SegmentedControl } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { typeName } from '../kit/observable.ts';
import type { Graph } from './graph.ts';
import css from './relations.module.css';
import { EVERYTHING, filters, kindOf, type Picks, type Sift, TARGET, toggled } from './sift.ts';

interface FilterProps {
  graph: Graph;
  sift: Sift;
  onSift: (sift: Sift) => void;
}

export function GraphFilter({ graph, sift, onSift }: FilterProps): ReactNode {
  const n = filters(sift);
  const away = sift.away.size + sift.folded.size;
  return (
    <Popover position="bottom-end" width={280} withinPortal={false} shadow="md" trapFocus returnFocus>
      <Indicator disabled={n + away === 0} label={n + away} size={14} offset={3}>
        <Popover.Target>
          <ActionIcon aria-label={n > 0 ? `Filter, ${n} on` : 'Filter'} title="Filter nodes and relations">
            <IconFilter size={15} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown className={css.filter ?? ''}>
        <Kinds graph={graph} sift={sift} onSift={onSift} />
        {away > 0 && (
          <p className="muted">
            {sift.away.size} put away, {sift.folded.size} folded
          </p>
        )}
        <Button
          size="compact-xs"
          variant="default"
          disabled={n + away === 0}
          onClick={() => onSift(EVERYTHING)}
        >
          Show everything
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function Kinds({ graph, sift, onSift }: FilterProps): ReactNode {
  const types = useMemo(() => counted(graph.nodes.map(kindOf)), [graph]);
  const verbs = useMemo(() => counted(graph.edges.flatMap((e) => e.verbs)), [graph]);
  return (
    <>
      <PickList
        title="Node types"
        rows={types}
        name={(type) => (type === TARGET ? 'Target' : typeName(type))}
        picks={sift.types}
        onPicks={(types_) => onSift({ ...sift, types: types_ })}
      />
      <PickList
        title="Relations"
        rows={verbs}
        name={(verb) => verb}
        picks={sift.verbs}
        onPicks={(verbs_) => onSift({ ...sift, verbs: verbs_ })}
      />
    </>
  );
}

interface PickListProps {
  title: string;
  rows: [string, number][];
  name: (key: string) => string;
  picks: Picks;
  onPicks: (picks: Picks) => void;
}

function PickList({ title, rows, name, picks, onPicks }: PickListProps): ReactNode {
  return (
    <fieldset className={css.picks}>
      <legend>{title}</legend>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={`${title}: what picking does`}
        data={[
          { value: 'hide', label: 'Hide' },
          { value: 'highlight', label: 'Highlight' },
        ]}
        value={picks.how}
        onChange={(how) => onPicks({ ...picks, how: how as Picks['how'] })}
      />
      {rows.map(([key, n]) => (
        <Checkbox
          key={key}
          size="xs"
          label={
            <>
              {name(key)} <span className="muted">{n}</span>
            </>
          }
          checked={picks.picked.has(key)}
          onChange={() => onPicks({ ...picks, picked: toggled(picks.picked, key) })}
        />
      ))}
    </fieldset>
  );
}

/** Most frequent first. */
function counted(keys: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
