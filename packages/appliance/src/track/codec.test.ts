import { Relation, Stage, VerdictCategory } from '@sightline/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { someEvents } from './arbitrary.ts';
import { decodeEvent, decodeRecord, encodeEvent, encodeRecord } from './codec.ts';
import { STORED } from './fields.ts';
import { inOrder } from './fold.ts';

it('gives back every event from its line', () => {
  fc.assert(
    fc.property(someEvents(3), (events) => {
      for (const e of events) {
        const line = encodeEvent(e);
        expect(line).not.toContain('\n');
        expect(decodeEvent(line)).toEqual(e);
      }
    }),
    { numRuns: 500 },
  );
});

it('gives back every event of a record', () => {
  fc.assert(
    fc.property(someEvents(1), (list) => {
      const events = inOrder(list);
      expect(decodeRecord(encodeRecord(1, 20_000 * 86_400_000, events))).toEqual(events);
    }),
    { numRuns: 500 },
  );
});

it('has a place for every word of the contracts', () => {
  expect(STORED.stage.toSorted()).toEqual(Stage.options.toSorted());
  expect(STORED.relation.toSorted()).toEqual(Relation.options.toSorted());
  expect(STORED.category.toSorted()).toEqual(VerdictCategory.options.toSorted());
});
