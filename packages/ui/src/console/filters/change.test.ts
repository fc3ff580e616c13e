import { Config, ContentFilter } from '@sightline/api';
import { expect, it } from 'vitest';
import { putFilter, usersOf } from './change.ts';

const one = (name: string) => ContentFilter.parse({ name, actions: [{ do: 'drop' }] });
const config = Config.parse({
  filters: { incoming: [one('A'), one('B')] },
  policies: {
    incoming: {
      ordered: [
        { name: 'Own', filters: ['B', 'A'] },
        { name: 'As default', filters: null },
      ],
      default: { filters: ['A'] },
    },
  },
});
const after = (...[index, entry, users]: [number, ContentFilter, string[]]) => {
  const { filters, policies } = putFilter(config, 'incoming', index, { entry, users });
  return {
    filters: filters?.incoming?.map(({ name }) => name),
    ordered: policies?.incoming?.ordered?.map((policy) => policy.filters),
    last: policies?.incoming?.default?.filters,
  };
};

it('policies follow a new name, each at the place it had', () => {
  expect(after(0, one('New'), ['Own', 'DEFAULT'])).toEqual({
    filters: ['New', 'B'],
    ordered: [['B', 'New'], null],
    last: ['New'],
  });
});

it('a policy that left its filters to DEFAULT begins with those', () => {
  expect(after(2, one('C'), ['As default'])).toEqual({
    filters: ['A', 'B', 'C'],
    ordered: [
      ['B', 'A'],
      ['A', 'C'],
    ],
    last: ['A'],
  });
});

it('a policy that is not chosen any more forgets the filter', () => {
  expect(after(0, one('A'), [])).toEqual({ filters: ['A', 'B'], ordered: [['B'], null], last: [] });
  expect(usersOf(config.policies.incoming, 'A')).toEqual(['Own', 'DEFAULT']);
});
