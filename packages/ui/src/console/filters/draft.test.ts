import { ContentFilter } from '@sightline/api';
import { expect, it } from 'vitest';
import { draftOf, EXAMPLE, filterOf, words } from './draft.ts';

const filter = ContentFilter.parse(EXAMPLE);

it('a filter comes back from its draft', () => {
  expect(filterOf(draftOf(filter))).toEqual({ filter });
});

it('says what is wrong, and where', () => {
  expect(filterOf({ ...draftOf(filter), actions: '[' })).toEqual({
    problem: 'Conditions and actions are lists in JSON.',
  });
  expect(filterOf({ ...draftOf(filter), actions: '' })).toEqual({
    problem: 'actions: Choose what the filter does.',
  });
  expect(filterOf({ ...draftOf(filter), conditions: '[{"on":"moon"}]' })).toMatchObject({
    problem: expect.stringMatching(/^conditions 0/),
  });
});

it('in words', () => {
  expect(filter.conditions.map(words)).toEqual(['subject contains invoice']);
  expect(filter.actions.map(words)).toEqual(['tag subject [EXTERNAL]']);
});
