import { Condition, ContentFilter, FilterAction } from '@sightline/api';
import { expect, it } from 'vitest';
import { actionWords, conditionWords, filterWords } from './words.ts';

it.each([
  [{ on: 'subject', value: 'x' }, 'the subject contains "x"'],
  [{ on: 'subject', value: 'x', not: true }, 'the subject does not contain "x"'],
  [{ on: 'header', name: 'X-Mailer', op: 'exists', not: true }, 'the header X-Mailer does not exist'],
  [
    { on: 'attachment name', op: 'ends with', value: '.iso', not: true },
    'no name of an attachment ends with ".iso"',
  ],
  [{ on: 'attachment name', op: 'exists' }, 'the name of an attachment exists'],
  [{ on: 'attachment size', atLeast: 2 * 1024 * 1024 }, 'an attachment has at least 2 MiB'],
  [{ on: 'attachment hash', sha256: ['a'.repeat(64)] }, 'an attachment has the SHA-256 aaaaaaaaaa…aaaaaaaa'],
  [{ on: 'remote ip', networks: ['10.0.0.0/8', '::1'], not: true }, 'the client is not in 10.0.0.0/8 or ::1'],
  [{ on: 'spf', results: ['fail', 'softfail'] }, 'SPF says fail or softfail'],
  [{ on: 'verdict', verdicts: ['spam'] }, 'the verdict is Spam Positive'],
])('%j', (raw, words) => {
  expect(conditionWords(Condition.parse(raw))).toBe(words);
});

it.each([
  [{ do: 'quarantine', quarantine: 'Policy' }, 'quarantine in Policy'],
  [{ do: 'strip attachments', name: '*.exe' }, 'strip attachments named *.exe'],
  [{ do: 'strip attachments' }, 'strip attachments'],
  [{ do: 'route', host: 'a.test' }, 'deliver to a.test'],
  [{ do: 'route', host: 'a.test', port: 26 }, 'deliver to a.test:26'],
  [{ do: 'tag subject', prefix: '[EXT] ' }, 'tag the subject "[EXT]"'],
])('%j', (raw, words) => {
  expect(actionWords(FilterAction.parse(raw))).toBe(words);
});

it('a filter is a sentence', () => {
  const filter = ContentFilter.parse({
    name: 'x',
    match: 'any',
    conditions: [
      { on: 'subject', value: 'x' },
      { on: 'dmarc', results: ['fail'] },
    ],
    actions: [{ do: 'log', text: 'seen' }, { do: 'drop' }],
  });
  expect(filterWords(filter)).toBe(
    'If the subject contains "x" or DMARC says fail, then write "seen" into tracking, drop.',
  );
  expect(filterWords({ ...filter, conditions: [] })).toBe('Always write "seen" into tracking, drop.');
});
