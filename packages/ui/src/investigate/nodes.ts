/** From a graph to what is drawn: labels and sizes. Pure. */
import type { Observable } from '@sightline/ctim';
import { isHash, shortValue, typeName } from '../kit/observable.ts';
import { count, visible } from '../kit/text.ts';
import type { DrawNode } from './draw.ts';
import type { Grouped } from './group.ts';

/** What stands on the canvas: nodes, and groups as one node each. `inside` counts neighbours of a node that are not shown. */
export function drawNodes({ nodes, groups }: Grouped, inside: ReadonlyMap<string, number>): DrawNode[] {
  const single = nodes.map(
    ({ id, observable, standing, searched, target }): DrawNode => ({
      id,
      label: labelOf(observable) + more(inside.get(id)),
      type: observable.type,
      standing,
      searched,
      target,
      group: false,
      size: searched ? 46 : target ? 36 : 34,
    }),
  );
  const grouped = groups.flatMap(({ id, members }): DrawNode[] => {
    const [first] = members;
    if (!first) return [];
    const { observable, standing, target } = first;
    const label = groupName(members.length, observable.type, target);
    const size = 42 + Math.min(16, Math.round(Math.log2(members.length) * 3));
    return [{ id, label, type: observable.type, standing, searched: false, target, group: true, size }];
  });
  return [...single, ...grouped];
}

/** `40 Cisco Message IDs`, `61 targets` */
function groupName(n: number, type: string, target: boolean): string {
  if (target) return count(n, 'target');
  const name = typeName(type);
  return `${n} ${name.endsWith('s') ? `${name}es` : `${name}s`}`;
}

const labelOf = (o: Observable): string => (isHash(o.type) ? shortValue(o) : visible(o.value.slice(0, 80)));

const more = (n: number | undefined): string => (n ? ` +${n}` : '');
