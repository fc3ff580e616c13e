import { VerdictAction } from '@sightline/api';
import { expect, it } from 'vitest';
import { actionWords, choiceOf, choices, withChoice } from './words.ts';

const action = VerdictAction.parse({ tag: '[X] ', strip: true });

it('a choice means the action, and back', () => {
  for (const { value } of choices(action, ['Policy', 'My Spam']))
    expect(choiceOf(withChoice(action, value))).toBe(value);
  expect(choices(action, [])[0]?.label).toBe('As DEFAULT (tag "[X]", strip attachments)');
  expect(choices(undefined, []).map((one) => one.value)).not.toContain('default');
});

it('an action in words', () => {
  expect(actionWords(null)).toBe('');
  expect(actionWords(action)).toBe('tag "[X]", strip attachments');
  expect(actionWords({ ...action, do: 'quarantine', quarantine: 'Spam' })).toBe('quarantine Spam');
});
