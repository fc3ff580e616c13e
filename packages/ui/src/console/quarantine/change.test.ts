import { Config } from '@sightline/api';
import { expect, it } from 'vitest';
import { putQuarantine, usersOf } from './change.ts';

const config = Config.parse({
  filters: {
    incoming: [
      {
        name: 'A',
        actions: [
          { do: 'log', text: 'x' },
          { do: 'quarantine', quarantine: 'Policy' },
        ],
      },
    ],
    outgoing: [{ name: 'B', actions: [{ do: 'copy to quarantine', quarantine: 'Spam' }] }],
  },
  policies: {
    incoming: { ordered: [{ name: 'P', verdicts: { virus: { do: 'quarantine', quarantine: 'Policy' } } }] },
  },
});

it('a new name is followed wherever messages are put into it, and nowhere else', () => {
  const [policy] = config.quarantines;
  if (!policy) throw new Error('there is no quarantine');
  const part = putQuarantine(config, 0, { ...policy, name: 'Held', keepHours: 5 });
  const after = Config.parse({
    ...config,
    ...part,
    policies: {
      ...config.policies,
      incoming: { ...config.policies.incoming, ...part.policies?.incoming },
      outgoing: { ...config.policies.outgoing, ...part.policies?.outgoing },
    },
  });
  expect(after.quarantines[0]).toMatchObject({ name: 'Held', keepHours: 5 });
  expect(usersOf(after, 'Held')).toEqual(usersOf(config, 'Policy'));
  expect(usersOf(after, 'Policy')).toEqual([]);
  expect(usersOf(after, 'Spam')).toEqual(usersOf(config, 'Spam'));
});

it('says who puts messages into it', () => {
  expect(usersOf(config, 'Policy')).toEqual(['incoming policy P', 'incoming filter A']);
  expect(usersOf(config, 'Spam')).toEqual(['incoming policy DEFAULT', 'outgoing filter B']);
  expect(usersOf(config, 'Outbreak')).toEqual([]);
});

it('one more, or other settings, touch nothing else', () => {
  const one = { name: 'Legal', keepHours: 24, atExpiry: 'delete' as const, maxBytes: 2 ** 30 };
  expect(putQuarantine(config, 5, one)).toEqual({ quarantines: [...config.quarantines, one] });
});
