/** What changed quarantines are submitted as: policies and content filters that name one follow. Pure. */
import type { Config, ConfigPart, ContentFilter, QuarantineSettings, VerdictAction } from '@sightline/api';
import { put } from '../receive/change.ts';

const DIRECTIONS = ['incoming', 'outgoing'] as const;
type Verdicts = Record<string, VerdictAction | null>;
type Direction = (typeof DIRECTIONS)[number];

const intoIt = (verdicts: Verdicts, name: string): boolean =>
  Object.values(verdicts).some((one) => one?.do === 'quarantine' && one.quarantine === name);

const namesIt = ({ actions }: ContentFilter, name: string): boolean =>
  actions.some((one) => 'quarantine' in one && one.quarantine === name);

/** The gateway itself puts messages there that were refused after they had been taken. */
const OF_ITS_OWN = 'Unclassified';

/** What puts messages into it: policies, content filters, the gateway itself. */
export const usersOf = (config: Config, name: string): string[] => [
  ...(name === OF_ITS_OWN ? ['the gateway'] : []),
  ...namedBy(config, name),
];

const namedBy = ({ policies, filters }: Config, name: string): string[] =>
  DIRECTIONS.flatMap((direction) => {
    const { ordered, default: last } = policies[direction];
    const all = [...ordered, { name: 'DEFAULT', verdicts: last.verdicts }];
    return [
      ...all.filter((one) => intoIt(one.verdicts, name)).map((one) => `${direction} policy ${one.name}`),
      ...filters[direction]
        .filter((one) => namesIt(one, name))
        .map((one) => `${direction} filter ${one.name}`),
    ];
  });

export function putQuarantine(config: Config, index: number, entry: QuarantineSettings): ConfigPart {
  const old = config.quarantines[index]?.name;
  const own = { quarantines: put(config.quarantines, index, entry) };
  if (old === undefined || old === entry.name) return own;
  const rename = <T extends object>(one: T): T =>
    'quarantine' in one && one.quarantine === old ? { ...one, quarantine: entry.name } : one;
  return {
    ...own,
    policies: ofBoth((direction) => policiesWith(config.policies[direction], rename)),
    filters: ofBoth((direction) =>
      config.filters[direction].map((one) => ({ ...one, actions: one.actions.map(rename) })),
    ),
  } as ConfigPart;
}

const ofBoth = <T>(of: (direction: Direction) => T): Record<Direction, T> => ({
  incoming: of('incoming'),
  outgoing: of('outgoing'),
});

function policiesWith(
  { ordered, default: last }: Config['policies'][Direction],
  rename: <T extends object>(one: T) => T,
) {
  const verdicts = (of: Verdicts): Verdicts =>
    Object.fromEntries(Object.entries(of).map(([verdict, one]) => [verdict, one && rename(one)]));
  return {
    ordered: ordered.map((one) => ({ ...one, verdicts: verdicts(one.verdicts) })),
    default: { verdicts: verdicts(last.verdicts) },
  };
}
