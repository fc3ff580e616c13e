/** Mailboxes through a whole hub: offered, followed line by line, kept, stopped, undone, and out of others' reach. */
import {
  type ActionLine,
  acceptLink,
  addModule,
  addUser,
  client,
  followAction,
  lines,
  listAudit,
  listMailboxes,
  listTaken,
  logIn,
  MAILBOX_ACTIONS,
  MAILBOX_TYPE,
  respondObservables,
  stopAction,
  testModule,
  trigger,
  undoAction,
} from '@sightline/api';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { cookieOf, openHub, questionIn, registered, type TestHub, type Wire } from '../fixture.ts';
import { FORM, lookedUp, rowTo } from '../module/imap/bench.fixture.ts';
import { type Box, type Scripted, SECRET, scripted } from '../module/imap/scripted.fixture.ts';

const ID = 'wave-7@evil.example';
const PEOPLE = ['ann', 'bob', 'cem', 'dan', 'eva', 'fay', 'gus', 'hal'].map((name) => `${name}@example.com`);

let at: TestHub;
let wire: Wire;
let imap: Scripted;
let module: string;

beforeAll(async () => {
  at = await openHub({ outboundAllow: ['127.0.0.1'] });
  const { deviceId, esa } = await registered(at);
  wire = await esa.connect(deviceId);
  void serve();
  imap = await scripted();
  const settings = { ...FORM, port: imap.port, user: 'remedy', password: SECRET };
  const body = { name: 'mailboxes', module_type_id: MAILBOX_TYPE, settings };
  module = (await at.admin(addModule, { body })).id;
});
afterAll(async () => {
  await imap.close();
  await at.close();
});
beforeEach(() => {
  imap.boxes.clear();
  for (const one of PEOPLE) imap.boxes.set(`${one}*remedy`, box());
});
let release = (): void => {};
afterEach(() => release());

const box = (): Box => ({
  folders: { INBOX: [{ uid: 2, header: `Message-ID: <${ID}>`, subject: 'Invoice' }] },
});

async function serve(): Promise<void> {
  const rows = [rowTo(ID, Object.fromEntries(PEOPLE.map((one) => [one, 'delivered' as const])))];
  for (;;) {
    const { id, ...frame } = await wire.next('ask');
    const question = questionIn(frame);
    if (question.verb === 'lookup')
      wire.send({ type: 'answer', id, body: lookedUp(rows, question.body.keys) });
  }
}

const ABOUT = { observable_type: 'email_messageid', observable_value: ID };
const bodyOf = (
  what: keyof typeof MAILBOX_ACTIONS,
  more: Record<string, string> = {},
  key = crypto.randomUUID(),
) => ({
  key,
  module,
  action: MAILBOX_ACTIONS[what],
  query: { ...ABOUT, reason: 'phishing', ...more },
});
const follow = (body: ReturnType<typeof bodyOf>, cookie = at.cookie, signal?: AbortSignal) =>
  lines({ base: at.url, headers: { cookie } }, followAction, { body }, signal);

async function all(body: ReturnType<typeof bodyOf>) {
  const read: ActionLine[] = [];
  for await (const line of follow(body)) read.push(line);
  const last = read.at(-1);
  if (last?.type !== 'end') throw new Error('no end');
  return { read, taken: last.action };
}
const inbox = (name: string) => imap.boxes.get(`${name}*remedy`)?.folders.INBOX?.length;

it('is offered with a form of its own, tested, and keeps its password to itself', async () => {
  const { data } = await at.admin(respondObservables, {
    query: {},
    body: [{ type: 'email_messageid', value: ID }],
  });
  expect(data.map(({ id }) => id)).toEqual([
    MAILBOX_ACTIONS.find,
    MAILBOX_ACTIONS.move,
    MAILBOX_ACTIONS.delete,
  ]);
  expect(data[0]?.url).toContain(
    `/respond/trigger/${module}/${MAILBOX_ACTIONS.find}?observable_type=email_messageid`,
  );
  expect(await at.admin(testModule, { params: { id: module } })).toMatchObject({ status: 'ok' });
  const res = await fetch(`${at.url}/api/modules`, { headers: { cookie: at.cookie } });
  expect(await res.text()).not.toContain(SECRET);
});

it('tells each mailbox as it ends, keeps all of it, and takes it back', async () => {
  const body = bodyOf('move', { recipients: PEOPLE.slice(0, 3).join() });
  const { read, taken } = await all(body);
  expect(read.map(({ type }) => type)).toEqual([
    'start',
    'mailboxes',
    'mailbox',
    'mailbox',
    'mailbox',
    'end',
  ]);
  expect(taken).toMatchObject({
    status: 'success',
    undoable: true,
    reason: 'phishing',
    text: '3 mailboxes on 127.0.0.1: 3 moved.',
    observable: { type: 'email_messageid', value: ID },
  });
  const { mailboxes } = await at.admin(listMailboxes, { params: { id: taken.id } });
  expect(mailboxes.map(({ addresses, state }) => [addresses[0], state]).sort()).toEqual(
    PEOPLE.slice(0, 3).map((one) => [one, 'moved']),
  );
  const heard = imap.heard.length;
  const again = await all(body);
  expect(again.taken).toMatchObject({ id: taken.id, repeated: true });
  expect(again.read.filter(({ type }) => type === 'mailbox')).toHaveLength(3);
  expect(imap.heard).toHaveLength(heard);
  const undone = await at.admin(undoAction, { params: { id: taken.id }, body: { reason: 'a mistake' } });
  expect(undone).toMatchObject({ undone: { by: 'ada' }, undoable: false });
  expect(PEOPLE.slice(0, 3).map(inbox)).toEqual([1, 1, 1]);
  const { actions } = await at.admin(listTaken, { query: {} });
  expect(actions.slice(0, 2).map(({ action }) => action)).toEqual([
    MAILBOX_ACTIONS.restore,
    MAILBOX_ACTIONS.move,
  ]);
  const { entries } = await at.admin(listAudit, { query: { search: 'email-move-in-mailboxes' } });
  expect(entries.map(({ action }) => action)).toEqual(['response.success', 'response.triggered']);
  expect(JSON.stringify(entries)).toContain('because: phishing');
});

it('works by the bare address of its trigger, as other programs call it', async () => {
  const { data } = await at.admin(respondObservables, {
    query: {},
    body: [{ type: 'email_messageid', value: ID }],
  });
  const url = data.find(({ id }) => id === MAILBOX_ACTIONS.delete)?.url ?? '';
  const res = await fetch(url, { method: 'POST', headers: { cookie: at.cookie } });
  expect(await res.json()).toEqual({ data: { status: 'success' } });
  expect(PEOPLE.map(inbox)).toEqual(PEOPLE.map(() => 0));
});

/** Mailboxes that answer no search before `release`. */
function held(): void {
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (const one of PEOPLE) {
    const kept = imap.boxes.get(`${one}*remedy`);
    if (kept) kept.wait = waiting;
  }
}

it('is stopped by whoever may: what was begun is finished, nothing further is begun', async () => {
  held();
  const read: ActionLine[] = [];
  for await (const line of follow(bodyOf('move'))) {
    read.push(line);
    const [start] = read;
    if (line.type !== 'mailboxes' || start?.type !== 'start') continue;
    await expect
      .poll(() => imap.heard.filter(({ line: said }) => said.startsWith('EXAMINE')).length)
      .toBeGreaterThan(3);
    await at.admin(stopAction, { params: { id: start.id } });
    release();
  }
  const states = read.flatMap((line) => (line.type === 'mailbox' ? [line.mailbox.state] : []));
  expect(states.filter((one) => one === 'moved').length).toBeGreaterThanOrEqual(1);
  expect(states.filter((one) => one === 'stopped').length).toBeGreaterThanOrEqual(3);
  const end = read.at(-1);
  expect(end).toMatchObject({ type: 'end', action: { status: 'failure', undoable: true } });
  const [start] = read;
  const over = at.admin(stopAction, { params: { id: start?.type === 'start' ? start.id : '' } });
  await expect(over).rejects.toMatchObject({ code: 'not_found' });
});

it('goes on when nobody reads any more, but for a dry run', async () => {
  const left = async (what: 'move' | 'find'): Promise<string> => {
    held();
    imap.heard.length = 0;
    const away = new AbortController();
    const reading = follow(bodyOf(what), at.cookie, away.signal);
    const { value } = await reading.next();
    await expect
      .poll(() => imap.heard.filter(({ line }) => line.startsWith('EXAMINE')).length)
      .toBeGreaterThan(3);
    away.abort();
    await reading.next().catch(() => {});
    const id = value?.type === 'start' ? value.id : '';
    // The hub learns that nobody reads when the connection has ended on its side too, which nothing tells us.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    release();
    const status = async () =>
      (await at.admin(listTaken, { query: {} })).actions.find((one) => one.id === id)?.status;
    await expect.poll(status).not.toBe('running');
    return id;
  };
  const states = async (id: string) =>
    (await at.admin(listMailboxes, { params: { id } })).mailboxes.map(({ state }) => state);
  expect(await states(await left('find'))).toContain('stopped');
  expect(await states(await left('move'))).toEqual(PEOPLE.map(() => 'moved'));
});

it('is for those whose role allows it, and of no other organisation', async () => {
  const { taken } = await all(bodyOf('find'));
  const { link } = await at.admin(addUser, { body: { name: 'ann', role: 'analyst' } });
  const other = await at.hub.addOrganisation({ name: 'Other Ltd', admin: 'olaf' });
  const [ann, olaf] = [await loggedIn(link.url, 'ann'), await loggedIn(other.url, 'olaf')];
  for (const [who, code] of [
    [ann, 'forbidden'],
    [olaf, 'not_found'],
  ] as const) {
    await expect(follow(bodyOf('delete'), who).next()).rejects.toMatchObject({ code });
    const call = client({ base: at.url, headers: { cookie: who } });
    await expect(call(stopAction, { params: { id: taken.id } })).rejects.toMatchObject({ code });
    const params = { module, action: MAILBOX_ACTIONS.delete };
    const asked = call(trigger, { params, query: ABOUT });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(/does not allow this|404 Not Found/),
    });
  }
  const call = client({ base: at.url, headers: { cookie: olaf } });
  await expect(call(listMailboxes, { params: { id: taken.id } })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(PEOPLE.map(inbox)).toEqual(PEOPLE.map(() => 1));
});

async function loggedIn(link: string, name: string): Promise<string> {
  const password = 'a password of an analyst';
  await at.call(acceptLink, { body: { token: new URL(link).hash.slice(1), password } });
  const res = await fetch(at.url + logIn.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  return cookieOf(res);
}
