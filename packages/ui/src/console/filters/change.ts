/** What a changed content filter is submitted as: policies that name it follow. Pure. */
import type { Config, ConfigPart, ContentFilter, Direction } from '@sightline/api';
import { put } from '../receive/change.ts';

/** The policy that comes last. */
export const DEFAULT = 'DEFAULT';

type Policies = Config['policies'][Direction];

export const policyNames = ({ ordered }: Policies): string[] => [...ordered.map((one) => one.name), DEFAULT];

/** Policies that name the filter themselves. */
export function usersOf({ ordered, default: last }: Policies, filter: string): string[] {
  const own = ordered.filter((one) => one.filters?.includes(filter)).map((one) => one.name);
  return last.filters.includes(filter) ? [...own, DEFAULT] : own;
}

/** `users` are the policies that are to name it. One that leaves its filters to DEFAULT begins with those of DEFAULT. */
export function putFilter(
  config: Config,
  direction: Direction,
  index: number,
  { entry, users }: { entry: ContentFilter; users: readonly string[] },
): ConfigPart {
  const { ordered, default: last } = config.policies[direction];
  const old = config.filters[direction][index]?.name ?? entry.name;
  const named = (policy: string, filters: readonly string[]): string[] => {
    const now = filters.map((one) => (one === old ? entry.name : one));
    if (!users.includes(policy)) return now.filter((one) => one !== entry.name);
    return now.includes(entry.name) ? now : [...now, entry.name];
  };
  const own = (policy: Policies['ordered'][number]): string[] | null =>
    policy.filters === null && !users.includes(policy.name)
      ? null
      : named(policy.name, policy.filters ?? last.filters);
  return {
    filters: { [direction]: put(config.filters[direction], index, entry) },
    policies: {
      [direction]: {
        ordered: ordered.map((policy) => ({ ...policy, filters: own(policy) })),
        default: { filters: named(DEFAULT, last.filters) },
      },
    },
  } as ConfigPart;
}
