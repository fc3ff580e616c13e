/** What CTIA adds to single kinds: verdicts, casebooks, incidents, feeds; and the store in an investigation. */
import {
  changeCasebookObservables,
  changeCasebookTexts,
  INTEL,
  judgedIndicators,
  judgementsOf,
  linkIncident,
  listModules,
  observe,
  setIncidentStatus,
  sightedIncidents,
  sightingsOf,
  verdictOf,
} from '@sightline/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHub, type TestHub } from '../fixture.ts';
import { FRESH } from './examples.fixture.ts';

let at: TestHub;
beforeAll(async () => {
  at = await openHub();
});
afterAll(() => at.close());

type Kind = 'judgement' | 'sighting' | 'indicator' | 'incident' | 'casebook' | 'relationship' | 'feed';
const make = async (kind: Kind, more: object = {}): Promise<{ id: string } & Record<string, never>> =>
  at.admin(INTEL[kind].create as unknown as typeof INTEL.note.create, {
    query: {},
    body: { ...FRESH[kind], ...more } as never,
  }) as never;
const on = (value: string) => ({
  params: { observable_type: 'domain', observable_value: value },
  query: {},
});
const domain = (value: string) => ({ observable: { type: 'domain', value } });
const relate = (relationship_type: string, source_ref: string, target_ref: string) =>
  make('relationship', { relationship_type, source_ref, target_ref });

describe('the verdict', () => {
  test('priority first, then the lower disposition, then who has been good for longest', async () => {
    const value = 'verdict.example';
    await expect(at.admin(verdictOf, on(value))).rejects.toMatchObject({ status: 404 });
    const none = await fetch(`${at.url}/ctia/domain/${value}/verdict`, { headers: { cookie: at.cookie } });
    const message = 'no verdict currently available for the supplied observable';
    expect(await none.json()).toMatchObject({ message });
    await make('judgement', { ...domain(value), disposition: 2, priority: 50 });
    expect(await at.admin(verdictOf, on(value))).toMatchObject({ disposition: 2 });
    await make('judgement', { ...domain(value), disposition: 3, priority: 90 });
    expect(await at.admin(verdictOf, on(value))).toMatchObject({ disposition: 3 });
    const clean = await make('judgement', { ...domain(value), disposition: 1, priority: 90 });
    expect(await at.admin(verdictOf, on(value))).toMatchObject({ disposition: 1, judgement_id: clean.id });
    const since = { start_time: '2020-01-01T00:00:00.000Z' };
    const older = await make('judgement', {
      ...domain(value),
      disposition: 1,
      priority: 90,
      valid_time: since,
    });
    expect(await at.admin(verdictOf, on(value))).toMatchObject({ judgement_id: older.id });
  });

  test('does not count what has ended, or has not begun', async () => {
    const value = 'ended.example';
    const { id } = await make('judgement', domain(value));
    const path = `${at.url}/ctia/judgement/${id.slice(id.lastIndexOf('/') + 1)}`;
    const headers = { cookie: at.cookie };
    const bare = await fetch(`${path}/expire`, { method: 'POST', headers });
    expect([bare.status, await bare.text()]).toEqual([400, expect.stringContaining('Give a reason.')]);
    expect(await at.admin(verdictOf, on(value))).toMatchObject({ judgement_id: id });
    const reason = 'For test';
    const ended = await at.admin(INTEL.judgement.expire, { params: { id }, query: { reason } });
    expect(ended.reason).toBe(' For test');
    await make('judgement', { ...domain(value), valid_time: { start_time: '2300-01-01T00:00:00.000Z' } });
    await expect(at.admin(verdictOf, on(value))).rejects.toMatchObject({ status: 404 });
    expect(await at.admin(judgementsOf, on(value))).toEqual([]);
    expect(await at.admin(INTEL.judgement.count, { query: { query: `observable.value:"${value}"` } })).toBe(
      2,
    );
  });
});

test('what an observable belongs to', async () => {
  const value = 'linked.example';
  const judgement = await make('judgement', domain(value));
  const sighting = await make('sighting', { observables: [{ type: 'domain', value }] });
  const indicator = await make('indicator');
  const incident = await make('incident');
  await relate('element-of', judgement.id, indicator.id);
  await relate('member-of', sighting.id, incident.id);
  expect(await at.admin(judgedIndicators, on(value))).toEqual([indicator.id]);
  expect(await at.admin(sightedIncidents, on(value))).toEqual([incident.id]);
  expect((await at.admin(sightingsOf, on(value))).map(({ id }) => id)).toEqual([sighting.id]);
});

test('a casebook: add, remove, replace', async () => {
  const { id } = await make('casebook', { observables: [], texts: [] });
  const params = { id };
  const [a, b] = [
    { type: 'ip', value: '192.0.2.1' },
    { type: 'ip', value: '192.0.2.2' },
  ] as const;
  const change = (operation: 'add' | 'remove' | 'replace', observables: (typeof a | typeof b)[]) =>
    at.admin(changeCasebookObservables, { params, query: {}, body: { operation, observables } });
  await change('add', [a]);
  expect((await change('add', [a, b])).observables).toEqual([a, a, b]);
  expect((await change('remove', [a])).observables).toEqual([b]);
  expect((await change('replace', [a])).observables).toEqual([a]);
  const texts = [{ type: 'note', text: 'Look again' }];
  const noted = await at.admin(changeCasebookTexts, { params, query: {}, body: { operation: 'add', texts } });
  expect(noted).toMatchObject({ observables: [a], texts });
  expect((await at.admin(INTEL.casebook.search, { query: { query: 'texts.text:again' } })).length).toBe(1);
});

test('an incident: its status stamps its times; a casebook is linked', async () => {
  const { id } = await make('incident');
  const params = { id };
  const to = (status: string) =>
    at.admin(setIncidentStatus, { params, query: {}, body: { status: status as 'Open' } });
  const open = await to('Open');
  expect(open.incident_time.opened > '2026').toBe(true);
  const contained = await to('Open: Contained');
  expect(contained.incident_time).toMatchObject({
    opened: open.incident_time.opened,
    contained: expect.any(String),
  });
  expect(await to('Closed: False Positive')).toMatchObject({
    status: 'Closed: False Positive',
    incident_time: { closed: expect.any(String) },
  });
  const casebook = await make('casebook');
  const link = await at.admin(linkIncident, { params, query: {}, body: { casebook_id: casebook.id } });
  expect(link).toMatchObject({
    source_ref: casebook.id,
    target_ref: id,
    relationship_type: 'related-to',
    tlp: 'amber',
  });
  const average = await fetch(
    `${at.url}/ctia/incident/metric/average?from=now-1d&aggregate-on=intervals.opened_to_closed`,
    {
      headers: { cookie: at.cookie },
    },
  );
  expect(await average.json()).toMatchObject({
    type: 'avg',
    data: { intervals: { opened_to_closed: expect.any(Number) } },
  });
});

test('a casebook that is not there is told in the words of CTIA', async () => {
  const path = '/ctia/casebook/casebook-00000000-0000-4000-8000-000000000000/observables';
  const headers = { cookie: at.cookie, 'content-type': 'application/json' };
  const body = JSON.stringify({ operation: 'add', observables: [] });
  const res = await fetch(at.url + path, { method: 'POST', headers, body });
  expect([res.status, await res.json()]).toMatchObject([404, { error: 'casebook not found' }]);
});

describe('a feed', () => {
  test('says what its indicator says, to whoever has its address', async () => {
    const indicator = await make('indicator');
    for (const value of ['b.example', 'a.example', '=cmd()']) {
      const { id } = await make('judgement', { ...domain(value), reason: '=1+1' });
      await relate('element-of', id, indicator.id);
    }
    const feed = (await make('feed', { indicator_id: indicator.id })) as unknown as Record<string, string>;
    const url = feed.feed_view_url ?? '';
    expect(await (await fetch(url)).text()).toBe('=cmd()\na.example\nb.example');
    const json = await (await fetch(url.replace('view.txt', 'view'))).json();
    expect(json).toMatchObject({
      observables: expect.arrayContaining([{ type: 'domain', value: 'a.example' }]),
    });
    const csv = await (await fetch(url.replace('view.txt', 'view.csv'))).text();
    expect(csv).toContain("domain,'=cmd(),Malicious,90,High,High,'=1+1");
    const wrong = await fetch(url.replace(/s=.*/, 's=guess'));
    expect([wrong.status, await wrong.text()]).toEqual([401, 'wrong secret']);
    const json401 = await fetch(url.replace('view.txt', 'view').replace(/s=.*/, 's=guess'));
    expect([json401.status, await json401.json()]).toEqual([401, { error: 'wrong secret' }]);
    const lifetime = { end_time: '2020-01-01T00:00:00.000Z' };
    await at.admin(INTEL.feed.update, {
      params: { id: feed.id ?? '' },
      query: {},
      body: { ...FRESH.feed, lifetime } as never,
    });
    expect((await fetch(url)).status).toBe(404);
  });
});

test('in an investigation the store answers as a module, from the first entity on', async () => {
  const value = 'investigated.example';
  const judgement = await make('judgement', domain(value));
  const indicator = await make('indicator');
  await relate('element-of', judgement.id, indicator.id);
  await make('sighting', { observables: [{ type: 'domain', value }] });
  await make('judgement', { ...domain(value), tlp: 'red', disposition: 1, priority: 100 });
  const { modules } = await at.admin(listModules);
  expect(modules).toMatchObject([{ name: 'Private Intelligence', problem: '' }]);
  const { data, errors } = await at.admin(observe, { query: {}, body: [{ type: 'domain', value }] });
  expect(errors).toBeUndefined();
  expect(data[0]).toMatchObject({
    module: 'Private Intelligence',
    module_type_id: '2c8b4134-c521-5be5-aaf8-af06e5e27cbb',
    data: {
      verdicts: { count: 1, docs: [{ disposition: 2, judgement_id: judgement.id }] },
      judgements: { count: 1 },
      sightings: { count: 1 },
      indicators: { count: 1 },
      relationships: { count: 1 },
    },
  });
});
