import { INCIDENT_STATUSES } from '@sightline/ctim';
import { expect, it } from 'vitest';
import { PHASES, stepKey, wasDone } from './phases.ts';

it('goes from Identify to Recover, and knows who did which step when', () => {
  expect(PHASES.map(({ name }) => name)).toEqual(['Identify', 'Contain', 'Eradicate', 'Recover']);
  for (const { leadsTo } of PHASES) if (leadsTo) expect(INCIDENT_STATUSES).toContain(leadsTo);
  const meta = { [stepKey('Contain', 0)]: '2026-11-30T10:00:00.000Z Ann Lee', [stepKey('Contain', 1)]: '' };
  expect(wasDone(meta, 'Contain', 0)).toEqual({ at: '2026-11-30T10:00:00.000Z', by: 'Ann Lee' });
  expect(wasDone(meta, 'Contain', 1)).toBeUndefined();
  expect(wasDone(meta, 'Recover', 0)).toBeUndefined();
  expect(wasDone({ [stepKey('Recover', 0)]: true }, 'Recover', 0)).toBeUndefined();
  expect(wasDone(undefined, 'Identify', 0)).toBeUndefined();
});
