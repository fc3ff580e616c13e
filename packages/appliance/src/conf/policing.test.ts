import type { Fault } from '@sightline/api';
import { expect, it } from 'vitest';
import { revise } from './document.ts';

const problems = (patch: unknown): string[] => {
  try {
    revise({}, patch);
    return [];
  } catch (error) {
    return ((error as Fault).fields ?? []).map(({ path, message }) => `${path}: ${message}`);
  }
};
const filter = (more: object) => ({
  filters: { incoming: [{ name: 'f', actions: [{ do: 'drop' }], ...more }] },
});

it('takes policies and filters that fit together', () => {
  const patch = {
    ...filter({ conditions: [{ on: 'subject', op: 'matches', value: '^inv(oice)? \\d+$' }] }),
    policies: {
      incoming: {
        ordered: [{ name: 'Finance', recipients: ['fin@example.com', '.sub.example.com'], filters: ['f'] }],
      },
    },
  };
  expect(problems(patch)).toEqual([]);
});

it.each([
  [
    filter({ conditions: [{ on: 'body', op: 'matches', value: '(' }] }),
    /^filters\.incoming\.0\.conditions\.0\.value: This is no RE2/,
  ],
  [filter({ conditions: [{ on: 'body', op: 'matches', value: '(a)\\1' }] }), /no RE2 expression/],
  [filter({ conditions: [{ on: 'body', value: '' }] }), /Enter what to look for/],
  [
    filter({ actions: [{ do: 'quarantine', quarantine: 'Nowhere' }] }),
    /actions\.0\.quarantine: There is no quarantine Nowhere/,
  ],
  [filter({ actions: [{ do: 'add header', name: 'X-A', value: 'a\r\nb: c' }] }), /Enter one line/],
  [filter({ name: 'DEFAULT' }), /DEFAULT is the name/],
  [
    { policies: { incoming: { default: { filters: ['none'] } } } },
    /There is no incoming content filter none/,
  ],
  [
    { policies: { outgoing: { default: { verdicts: { spam: { do: 'quarantine', quarantine: 'X' } } } } } },
    /verdicts\.spam\.quarantine/,
  ],
  [{ policies: { incoming: { ordered: [{ name: 'a' }, { name: 'A' }] } } }, /A is in the list twice/],
])('says what is wrong: %#', (patch, text) => {
  expect(problems(patch)).toEqual([expect.stringMatching(text)]);
});

it('leaves an installed configuration without policies as it is', () => {
  expect(revise({}, {}).policies.incoming.default.verdicts.suspect.tag).toBe('[SUSPECTED SPAM] ');
});
