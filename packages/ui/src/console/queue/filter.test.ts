import { expect, it } from 'vitest';
import { filterOf, formOf, isEmpty, resultText } from './filter.ts';

it('takes from the address what is a criterion, and nothing else', () => {
  const form = formOf({
    state: 'held',
    domain: ' x.test ',
    sender: '<>',
    olderThan: '1.5',
    other: 1,
    recipient: 7,
  });
  expect(filterOf(form)).toEqual({ state: 'held', domain: 'x.test', sender: '<>', olderThan: 90 });
  expect(isEmpty(filterOf(formOf({ state: 'lost', olderThan: 'old' })))).toBe(true);
});

it('says what was done, and what was not', () => {
  expect(resultText('hold', { messages: 1, skipped: 0 })).toBe('1 message on hold.');
  expect(resultText('delete', { messages: 1200, skipped: 2 })).toMatch(
    /^1,200 messages deleted\. 2 messages could not/,
  );
});
