import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery, parseSimple, type Query, QueryError } from './query.ts';

const term = (
  value: string,
  field?: string,
  more: Partial<Extract<Query, { kind: 'term' }>> = {},
): Query => ({
  kind: 'term',
  field,
  value,
  phrase: false,
  pattern: false,
  ...more,
});

describe('queries', () => {
  test.each<[string, Query]>([
    ['', { kind: 'all' }],
    ['*', { kind: 'all' }],
    ['*:*', { kind: 'all' }],
    ['phish', term('phish')],
    ['"two words"', term('two words', undefined, { phrase: true })],
    ['title:phish*', term('phish*', 'title', { pattern: true })],
    ['observables.value:"a\\"b"', term('a"b', 'observables.value', { phrase: true })],
    ['a b', { kind: 'and', parts: [term('a'), term('b')] }],
    ['a AND b OR c', { kind: 'or', parts: [{ kind: 'and', parts: [term('a'), term('b')] }, term('c')] }],
    ['NOT a', { kind: 'not', part: term('a') }],
    ['-a +b', { kind: 'and', parts: [{ kind: 'not', part: term('a') }, term('b')] }],
    ['tlp:(red OR amber)', { kind: 'or', parts: [term('red', 'tlp'), term('amber', 'tlp')] }],
    ['_exists_:title', { kind: 'exists', field: 'title' }],
    ['title:*', { kind: 'exists', field: 'title' }],
    [
      'priority:[10 TO 90}',
      { kind: 'range', field: 'priority', from: '10', to: '90', open: [false, true], at: 9 } as never,
    ],
    [
      'priority:>=90',
      { kind: 'range', field: 'priority', from: '90', to: undefined, open: [false, false], at: 9 } as never,
    ],
    ['fuzzy~2 boost^3', { kind: 'and', parts: [term('fuzzy'), term('boost')] }],
    ['sender\\:x', term('sender:x')],
    ['http://a.example/b?c', term('http://a.example/b?c', undefined, { pattern: true })],
    ['a-b.c', term('a-b.c')],
  ])('%s', (text, query) => {
    expect(parseQuery(text)).toEqual(query);
  });

  test.each(['(a', 'a)', '"a', 'a AND', 'title:', '[a TO b]', 'NOT', 'a OR OR b'])(
    '%s is refused',
    (text) => {
      expect(() => parseQuery(text)).toThrow(QueryError);
    },
  );

  test('too deep or too long is refused', () => {
    expect(() => parseQuery(`${'('.repeat(50)}a${')'.repeat(50)}`)).toThrow(QueryError);
    expect(() => parseQuery(`${'-'.repeat(5000)}a`)).toThrow(QueryError);
    expect(() => parseQuery(Array(300).fill('a').join(' OR '))).toThrow(QueryError);
  });

  test('any text is read or refused in a sentence, at once', () => {
    const piece = fc.constantFrom(
      'a',
      '(',
      ')',
      '"',
      ':',
      '-',
      '!',
      ' ',
      'AND',
      'OR',
      '[',
      ']',
      ' TO ',
      '*',
      '\\',
      '~1',
      '>',
      '^',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (text) => {
          try {
            parseQuery(text);
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError);
          }
          expect(parseSimple(text)).toBeDefined();
        },
      ),
    );
  });
});

test('simple words, phrases, without and either', () => {
  expect(parseSimple('a "b c" -d')).toEqual({
    kind: 'and',
    parts: [term('a'), term('b c', undefined, { phrase: true }), { kind: 'not', part: term('d') }],
  });
  expect(parseSimple('a | b*')).toEqual({
    kind: 'or',
    parts: [term('a'), term('b*', undefined, { pattern: true })],
  });
  expect(parseSimple(' | ')).toEqual({ kind: 'all' });
});
