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

test('steps of the playbook in words', () => {
  const [before, after] = [
    { 'playbook contain 1': '', own: 1 },
    { 'playbook contain 1': '2026-01-02T00:00:00.000Z ada', own: 1 },
  ];
  const change = (from: object, to: object) => [
    {
      count: 1,
      from: '',
      to: '',
      owner: 'ada',
      events: [
        event('record-updated', '2026-01-02T00:00:00.000Z', [
          { field: 'meta', action: 'modified', change: { before: from, after: to } },
        ]),
      ],
    },
  ];
  expect(moments({} as never, change(before, after))[0]?.text).toBe(
    'Contain: Block senders, links and files, done',
  );
  expect(moments({} as never, change(after, before))[0]?.text).toMatch(/to be done again$/);
  expect(moments({} as never, change({ own: 1 }, { own: 2 }))[0]?.text).toBe('meta: {"own":1} to {"own":2}');
});
