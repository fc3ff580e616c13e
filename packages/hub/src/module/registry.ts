/** The kinds of module there are, built in and added, and the tie between a kind and an instance. */
import type { ModuleType } from '@sightline/api';
import { type HealthDeps, healthOf } from './health.ts';
import type { Instance, Kind, Target } from './kind.ts';
import type { Stats } from './stats.ts';

export interface Registry {
  typesOf(orgId: string): Promise<ModuleType[]>;
  kindOf(orgId: string, typeId: string): Promise<Kind | undefined>;
  /** All kinds of an organisation at once, by type id. */
  kindsOf(orgId: string): Promise<(typeId: string) => Kind | undefined>;
}

/** Types that organisations added, and what they can do. */
export interface Added {
  list(orgId: string): Promise<ModuleType[]>;
  kind(type: ModuleType): Kind;
}

/** A registry of these kinds; a new kind of module plugs in by being in the list. */
export function registry(kinds: readonly Kind[], added: Added): Registry {
  const builtIn = new Map(kinds.map((kind) => [kind.type.id, kind]));
  const ofOrg = async (orgId: string): Promise<Map<string, Kind>> => {
    const types = await added.list(orgId);
    return new Map(types.map((type) => [type.id, added.kind(type)]));
  };
  return {
    typesOf: async (orgId) => [...kinds.map((kind) => kind.type), ...(await added.list(orgId))],
    kindOf: async (orgId, typeId) => builtIn.get(typeId) ?? (await ofOrg(orgId)).get(typeId),
    kindsOf: async (orgId) => {
      const own = await ofOrg(orgId);
      return (typeId) => builtIn.get(typeId) ?? own.get(typeId);
    },
  };
}

export interface TargetDeps extends HealthDeps {
  stats: Stats;
}

/** An instance that can be asked. */
export function target(kind: Kind, instance: Instance, deps: TargetDeps): Target {
  const bound = <A extends unknown[], T>(work: ((instance: Instance, ...args: A) => T) | undefined) =>
    work && ((...args: A): T => work(instance, ...args));
  return {
    ref: { module: instance.name, module_instance_id: instance.id, module_type_id: kind.type.id },
    moduleType: `${kind.type.title.replaceAll(' ', '')}Module`,
    deadlineMs: kind.deadlineMs,
    observe: bound(kind.observe),
    deliberate: bound(kind.deliberate),
    refer: bound(kind.refer),
    respond: bound(kind.respond),
    triggerMs: kind.triggerMs,
    trigger: bound(kind.trigger),
    health: () => healthOf(kind, instance, deps),
    note: (ms, problem) => deps.stats.note(instance.id, ms, deps.clock(), problem),
  };
}
