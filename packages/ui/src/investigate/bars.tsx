/** What stands around the graph: what is not shown, what is selected, what colours mean. */
import { Button } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { look } from '../kit/disposition.ts';
import { DispositionMark } from '../kit/icons.tsx';
import { typeName } from '../kit/observable.ts';
import { count } from '../kit/text.ts';
import type { Capped, Graph } from './graph.ts';
import type { Grouped } from './group.ts';
import css from './relations.module.css';

export function CapBar({ capped }: { capped: Capped }): ReactNode {
  const left = capped.hidden.map(([type, n]) => `${n.toLocaleString('en-US')} ${typeName(type)}`).join(', ');
  return (
    <div className={css.notice} role="status">
      Showing {capped.nodes.length.toLocaleString('en-US')} of {capped.total.toLocaleString('en-US')} nodes.
      Not shown: {left}. Group look-alikes or ask about less to see them; the list has everything.
    </div>
  );
}

interface PickedProps {
  graph: Graph;
  shown: Grouped;
  ids: string[];
  onAdd: (observables: Observable[]) => void;
  onHide: (ids: string[]) => void;
  onClear: () => void;
}

export function Picked({ graph, shown, ids, onAdd, onHide, onClear }: PickedProps): ReactNode {
  const members = new Set(
    ids.flatMap((id) => shown.groups.find((g) => g.id === id)?.members.map((m) => m.id) ?? [id]),
  );
  const observables = graph.nodes.filter((n) => members.has(n.id)).map((n) => n.observable);
  return (
    <div className={css.notice}>
      {count(observables.length, 'node')} selected
      <Button size="compact-xs" variant="default" onClick={() => onAdd(observables)}>
        Add to the query
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          onHide([...members]);
          onClear();
        }}
      >
        Hide
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={onClear}>
        Dismiss
      </Button>
    </div>
  );
}

/** Only what is in this picture. */
export function Legend({ shown }: { shown: Grouped }): ReactNode {
  const all = [...shown.nodes, ...shown.groups.flatMap((g) => g.members)];
  const standings = [...new Set(all.filter((n) => !n.target).map((n) => n.standing))].sort(
    (a, b) => look(a).rank - look(b).rank,
  );
  return (
    <div className={css.legend} aria-hidden="true">
      {all.some((n) => n.searched) && (
        <span>
          <i className={css.key} style={{ borderColor: 'var(--sl-accent)', borderRadius: '50%' }} />
          Investigated
        </span>
      )}
      {all.some((n) => n.target) && (
        <span>
          <i className={css.key} style={{ borderColor: 'var(--sl-target)', borderRadius: 3 }} />
          Target
        </span>
      )}
      {standings.map((s) => (
        <span key={s}>
          <DispositionMark standing={s} size={12} />
          {look(s).word}
        </span>
      ))}
    </div>
  );
}
