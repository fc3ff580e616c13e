import { expect, test } from 'vitest';
import { queryOf, shortOf } from './search.ts';

test('words are looked for as they are typed, queries as they are written', () => {
  expect(queryOf('  ')).toEqual({});
  expect(queryOf('phish')).toEqual({ simple_query: 'phish*' });
  expect(queryOf('severity:High')).toEqual({ query: 'severity:High' });
  expect(queryOf('a AND b')).toEqual({ query: 'a AND b' });
});

test('the short form of an id', () => {
  expect(shortOf('https://hub.example/ctia/note/note-1')).toBe('note-1');
});
