/** What the single fields of mail policies and content filters cannot say. Pure. */
import type {
  Condition,
  Config,
  ContentFilter,
  FilterAction,
  MailPolicy,
  VerdictAction,
} from '@sightline/api';
import { expressionProblem } from '../policy/expression.ts';
import type { Finding } from './receiving.ts';

const DIRECTIONS = ['incoming', 'outgoing'] as const;
type Direction = (typeof DIRECTIONS)[number];

export const policingFindings = (config: Config): Finding[] =>
  DIRECTIONS.flatMap((direction) => [
    ...config.filters[direction].flatMap((filter, i) =>
      under(['filters', direction, i], filterFindings(filter, config)),
    ),
    ...twice(config.filters[direction], ['filters', direction]),
    ...twice(config.policies[direction].ordered, ['policies', direction, 'ordered']),
    ...policyFindings(config, direction),
  ]);

const under = (place: PropertyKey[], findings: Finding[]): Finding[] =>
  findings.map(([path, text]) => [[...place, ...path], text]);

function twice(list: { name: string }[], place: PropertyKey[]): Finding[] {
  const names = list.map((one) => one.name.toLowerCase());
  return names.flatMap((name, i): Finding[] => {
    if (name === 'default') return [[[...place, i, 'name'], 'DEFAULT is the name of the last policy.']];
    return names.indexOf(name) === i
      ? []
      : [[[...place, i, 'name'], `${list[i]?.name} is in the list twice.`]];
  });
}

function policyFindings(config: Config, direction: Direction): Finding[] {
  const { ordered, default: last } = config.policies[direction];
  const known = config.filters[direction].map((one) => one.name);
  const each = (policy: Pick<MailPolicy, 'verdicts' | 'filters'>): Finding[] => [
    ...(policy.filters ?? []).flatMap((name, i): Finding[] =>
      known.includes(name) ? [] : [[['filters', i], `There is no ${direction} content filter ${name}.`]],
    ),
    ...Object.entries(policy.verdicts).flatMap(([verdict, action]) =>
      under(['verdicts', verdict], action ? verdictFindings(action, config) : []),
    ),
  ];
  return [
    ...ordered.flatMap((policy, i) => under(['policies', direction, 'ordered', i], each(policy))),
    ...under(['policies', direction, 'default'], each(last)),
  ];
}

const verdictFindings = ({ do: act, quarantine }: VerdictAction, config: Config): Finding[] =>
  act === 'quarantine' ? quarantineFindings(quarantine, config) : [];

const quarantineFindings = (name: string, { quarantines }: Config): Finding[] =>
  quarantines.some((one) => one.name === name) ? [] : [[['quarantine'], `There is no quarantine ${name}.`]];

const filterFindings = ({ conditions, actions }: ContentFilter, config: Config): Finding[] => [
  ...conditions.flatMap((one, i) => under(['conditions', i], conditionFindings(one))),
  ...actions.flatMap((one, i) => under(['actions', i], actionFindings(one, config))),
];

function conditionFindings(condition: Condition): Finding[] {
  if (!('op' in condition)) return [];
  const { op, value } = condition;
  if (op === 'exists') return [];
  if (value === '') return [[['value'], 'Enter what to look for.']];
  const wrong = op === 'matches' ? expressionProblem(value) : '';
  return wrong ? [[['value'], wrong]] : [];
}

const actionFindings = (action: FilterAction, config: Config): Finding[] =>
  'quarantine' in action ? quarantineFindings(action.quarantine, config) : [];
