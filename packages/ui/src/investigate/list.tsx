/** The graph as text: every node with what it is related to, for keyboard and screen reader. */
import { type ReactNode, useMemo } from 'react';
import { look } from '../kit/disposition.ts';
import { DispositionBadge } from '../kit/icons.tsx';
import { shortValue, typeName } from '../kit/observable.ts';
import { type Column, Table } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import type { Graph, Node } from './graph.ts';
import css from './relations.module.css';

interface Row {
  node: Node;
  relations: string[];
}

interface ListProps {
  graph: Graph;
  chosen: string | undefined;
  lit: ReadonlySet<string> | undefined;
  onOpen: (key: string) => void;
}

const role = ({ searched, target }: Node): string =>
  [searched && 'Investigated', target && 'Target'].filter(Boolean).join(', ') || 'Related';

const COLUMNS: Column<Row>[] = [
  {
    id: 'node',
    label: 'Node',
    cell: ({ node }) => <ObservableTag observable={node.observable} limit={40} />,
    value: ({ node }) => node.observable.value,
  },
  {
    id: 'type',
    label: 'Type',
    width: 130,
    cell: ({ node }) => typeName(node.observable.type),
    value: ({ node }) => node.observable.type,
  },
  { id: 'role', label: 'Role', width: 110, cell: ({ node }) => role(node), value: ({ node }) => role(node) },
  {
    id: 'standing',
    label: 'Disposition',
    width: 110,
    cell: ({ node }) => <DispositionBadge standing={node.standing} />,
    value: ({ node }) => look(node.standing).rank,
  },
  {
    id: 'relations',
    label: 'Relations',
    cell: ({ relations }) => <span title={relations.join('\n')}>{relations.join('; ')}</span>,
    value: ({ relations }) => relations.length,
  },
];

export function NodeList({ graph, chosen, lit, onOpen }: ListProps): ReactNode {
  const rows = useMemo(() => rowsOf(graph, lit), [graph, lit]);
  return (
    <div className={css.list}>
      <Table
        label="Relations"
        bare
        height="100%"
        minWidth={820}
        rows={rows}
        columns={COLUMNS}
        rowKey={(row) => row.node.id}
        activeKey={chosen}
        onOpen={(row) => onOpen(row.node.id)}
      />
    </div>
  );
}

function rowsOf({ nodes, edges }: Graph, lit: ReadonlySet<string> | undefined): Row[] {
  const byId = new Map(nodes.map((node) => [node.id, { node, relations: [] as string[] }]));
  for (const { from, to, verbs } of edges) {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (!a || !b) continue;
    a.relations.push(`${verbs.join(', ')} → ${shortValue(b.node.observable, 40)}`);
    b.relations.push(`← ${verbs.join(', ')} ${shortValue(a.node.observable, 40)}`);
  }
  return [...byId.values()].filter(({ node }) => !lit || lit.has(node.id));
}
