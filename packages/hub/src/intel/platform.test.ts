/** Events and feedback where clients of the platform look for them. */
import {
  addPlatformFeedback,
  INTEL,
  incidentEvents,
  listPlatformFeedback,
  readPlatformEvent,
  searchPlatformEvents,
} from '@sightline/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { FRESH } from './examples.fixture.ts';

let at: TestHub;
let incident: string;
beforeAll(async () => {
  at = await openHub();
  const made = (await at.admin(INTEL.incident.create, { query: {}, body: FRESH.incident as never })) as {
    id: string;
  };
  incident = made.id;
  const body = { title: 'Another title' } as never;
  await at.admin(INTEL.incident.patch, { params: { id: incident }, query: {}, body });
  await at.admin(INTEL.judgement.create, { query: {}, body: FRESH.judgement as never });
});
afterAll(() => at.close());

test('the events of an incident, newest first and by page; one by its id', async () => {
  const events = await at.admin(incidentEvents, { params: { id: incident }, query: {} });
  expect(events.map((one) => one.event_type)).toEqual(['record-updated', 'record-created']);
  const second = await at.admin(incidentEvents, { params: { id: incident }, query: { offset: 1, limit: 1 } });
  expect(second).toEqual([events[1]]);
  expect(await at.admin(readPlatformEvent, { params: { id: events[0]?.id ?? '' } })).toEqual(events[0]);
  await expect(at.admin(incidentEvents, { params: { id: 'judgement-1' }, query: {} })).rejects.toMatchObject({
    status: 404,
  });
});

test('a search among all events; a query that cannot be read is refused', async () => {
  expect(await at.admin(searchPlatformEvents, { body: {} })).toHaveLength(3);
  const updated = await at.admin(searchPlatformEvents, {
    body: { query: 'event_type:record-updated', from: 'now-1h' },
  });
  expect(updated).toMatchObject([{ entity: { id: incident } }]);
  expect(await at.admin(searchPlatformEvents, { body: { to: 'now-1h' } })).toEqual([]);
  await expect(at.admin(searchPlatformEvents, { body: { query: '(a' } })).rejects.toMatchObject({
    status: 400,
  });
});

test('feedback on an entity', async () => {
  const body = { entity_id: incident, feedback: -1, reason: 'Seen before' };
  const said = await at.admin(addPlatformFeedback, { query: {}, body: body as never });
  expect(said).toMatchObject(body);
  expect(await at.admin(listPlatformFeedback, { query: { entity_id: incident } })).toEqual([said]);
  expect(await at.admin(listPlatformFeedback, { query: { entity_id: 'transient:other' } })).toEqual([]);
});
