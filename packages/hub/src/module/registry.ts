/** The kinds of module there are, and the tie between a kind and an instance. */
import type { ModuleType } from '@sightline/api';
import type { Logger } from 'pino';
import { healthOf } from './health.ts';
import type { Instance, Kind, Target } from './kind.ts';

export interface Registry {
  types: ModuleType[];
  kindOf(typeId: string): Kind | undefined;
}

/** A registry of these kinds; a new kind of module plugs in by being in the list. */
export function registry(kinds: readonly Kind[]): Registry {
  const byId = new Map(kinds.map((kind) => [kind.type.id, kind]));
  return { types: kinds.map((kind) => kind.type), kindOf: (typeId) => byId.get(typeId) };
}

/** An instance that can be asked. */
export function target(kind: Kind, instance: Instance, log: Logger): Target {
  const { deliberate } = kind;
  return {
    ref: { module: instance.name, module_instance_id: instance.id, module_type_id: kind.type.id },
    moduleType: `${kind.type.title.replaceAll(' ', '')}Module`,
    observe: (observables, limits) => kind.observe(instance, observables, limits),
    ...(deliberate ? { deliberate: (o, limits) => deliberate(instance, o, limits) } : {}),
    health: () => healthOf(kind, instance, log),
  };
}
