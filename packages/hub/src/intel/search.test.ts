import { ENTITIES, type Entity } from '@sightline/ctim';
import { describe, expect, test } from 'vitest';
import { isListed } from './search.ts';

const judgement = ENTITIES.judgement as unknown as Entity;

describe('a search whose results can be listed from its values', () => {
  test.each([
    { disposition: '2' },
    { query: 'reason:"campaign 7"' },
    { query: 'source:a AND NOT source:b' },
    { query: 'source:a OR source:b' },
    { query: 'priority:[10 TO 20]' },
    { simple_query: 'phish' },
  ])('%j', (asked) => expect(isListed(judgement, asked)).toBe(true));
});

describe('one that goes through its kind', () => {
  test.each([
    {},
    { query: '*' },
    { query: 'NOT source:a' },
    { query: 'source:a OR NOT source:b' },
    { sort_by: 'priority' },
  ])('%j', (asked) => expect(isListed(judgement, asked)).toBe(false));
});
