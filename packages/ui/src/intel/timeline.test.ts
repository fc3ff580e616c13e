import { expect, test } from 'vitest';
import { moments } from './timeline.ts';

const event = (event_type: string, timestamp: string, fields?: object[]) =>
  ({ type: 'event', event_type, timestamp, fields, entity: { id: 'x', type: 'incident' } }) as never;

test('times of the incident and changes by people, newest first, in words', () => {
  const history = [
    {
      count: 2,
      from: '',
      to: '',
      owner: 'ada',
      events: [
        event('record-updated', '2026-01-02T00:00:00.000Z', [
          { field: 'assignees', action: 'added', change: { after: ['ada', 'bert'] } },
          { field: 'intervals', action: 'added', change: { after: {} } },
        ]),
        event('record-created', '2026-01-01T00:00:00.000Z'),
      ],
    },
  ];
  expect(moments({ opened: '2026-01-01T12:00:00.000Z' }, history)).toEqual([
    { at: '2026-01-02T00:00:00.000Z', text: 'assignees: none to ada, bert', who: 'ada' },
    { at: '2026-01-01T12:00:00.000Z', text: 'Opened' },
    { at: '2026-01-01T00:00:00.000Z', text: 'Created', who: 'ada' },
  ]);
});
