/** Against a server over real sockets that misbehaves as it is told; where a real one is, dovecot.test.ts goes on. */
import { fail, type Settings } from '@sightline/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FORM, imapModule, rowTo } from './bench.fixture.ts';
import { type Box, type Letter, type Scripted, SECRET, scripted } from './scripted.fixture.ts';

const ID = 'wave-7@evil.example';
const PEOPLE = ['ann', 'bob', 'cem', 'dan', 'eva', 'fay'].map((name) => `${name}@example.com`);
const letter = (uid: number, id = ID, subject = 'Invoice'): Letter => ({
  uid,
  header: `Message-ID: <${id}>`,
  subject,
});
const near = (uid: number): Letter => letter(uid, `x${ID}`, 'Another one');

let at: Scripted;
let mine: ReturnType<typeof imapModule>;
beforeEach(async () => {
  at = await scripted();
});
afterEach(async () => {
  mine.close();
  await at.close();
});

const box = (more: Partial<Box> = {}): Box => ({
  folders: { INBOX: [near(1), letter(2)], Archive: [] },
  ...more,
});

/** What a mailbox answers a command with. */
const says = (command: string, reply: (tag: string) => string | undefined): Box['wrong'] => ({
  [command]: reply,
});

/** A module whose server has these boxes; all of them got the message. */
function openModule(boxes: Record<string, Box>, settings: Settings = {}, people = Object.keys(boxes)): void {
  for (const [name, one] of Object.entries(boxes)) at.boxes.set(`${name}*remedy`, one);
  const recipients = Object.fromEntries(people.map((one) => [one, 'delivered' as const]));
  mine = imapModule(
    { ...FORM, port: at.port, user: 'remedy', password: SECRET, ...settings },
    { esa03: [rowTo(ID, { ...recipients, 'bounced@example.com': 'bounced' }), rowTo(`x${ID}`, recipients)] },
  );
}

const folders = (name: string): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(at.boxes.get(`${name}*remedy`)?.folders ?? {}).map(([path, all]) => [
      path,
      all.map(({ uid }) => uid),
    ]),
  );

it('a dry run opens folders only to read, and tells each mailbox', async () => {
  openModule({ 'ann@example.com': box(), 'bob@example.com': box({ folders: { INBOX: [near(1)] } }) });
  const { told, states, status, text, results, undo } = await mine.run('find', `<${ID.toUpperCase()}>`);
  expect(told[0]).toEqual({ type: 'mailboxes', mailboxes: [['ann@example.com'], ['bob@example.com']] });
  expect(states).toEqual({ 'ann@example.com': 'found', 'bob@example.com': 'absent' });
  expect(results.find(({ state }) => state === 'found')?.copies).toEqual([
    {
      folder: 'INBOX',
      messageId: ID,
      subject: 'Invoice',
      from: 'eve@evil.example',
      date: '2026-11-30T08:00:00.000Z',
    },
  ]);
  expect({ status, text, undo }).toEqual({
    status: 'success',
    text: '2 mailboxes on 127.0.0.1: 1 found, 1 not there.',
    undo: undefined,
  });
  const said = at.heard.map(({ line }) => line.split(' ')[0]);
  expect(said).toContain('EXAMINE');
  expect(said).not.toContain('SELECT');
  expect(at.heard.filter(({ line }) => /^(UID (STORE|MOVE|EXPUNGE|COPY)|CREATE)/.test(line))).toEqual([]);
});

it('moves what is exactly the message, says when it was so already, and puts it back', async () => {
  openModule({ 'ann@example.com': box() });
  const first = await mine.run('move', ID);
  expect(first.states).toEqual({ 'ann@example.com': 'moved' });
  expect(folders('ann@example.com')).toEqual({ INBOX: [1], Archive: [], Quarantine: [2] });
  const again = await mine.run('move', ID);
  expect(again).toMatchObject({ status: 'success', states: { 'ann@example.com': 'already' } });
  expect(again.undo).toBeUndefined();
  const [undo] = first.undo ?? [];
  expect(undo?.action).toBe('email-restore-in-mailboxes');
  expect((await mine.run('restore', ID, undo?.query)).states).toEqual({ 'ann@example.com': 'restored' });
  expect(folders('ann@example.com')).toEqual({ INBOX: [1, 2], Archive: [], Quarantine: [] });
  expect((await mine.run('restore', ID, undo?.query)).states).toEqual({ 'ann@example.com': 'already' });
});

it('deletes only by number, and only what is exactly the message', async () => {
  openModule({ 'ann@example.com': box() });
  expect((await mine.run('delete', ID)).states).toEqual({ 'ann@example.com': 'deleted' });
  expect(folders('ann@example.com')).toEqual({ INBOX: [1], Archive: [] });
  expect(at.heard.map(({ line }) => line).filter((line) => line.includes('EXPUNGE'))).toEqual([
    'UID EXPUNGE 2',
  ]);
  expect((await mine.run('delete', ID)).states).toEqual({ 'ann@example.com': 'absent' });
});

it('does not expunge what others marked, on a server that cannot expunge by number', async () => {
  at.capability = 'IMAP4rev1 AUTH=PLAIN SASL-IR';
  openModule({ 'ann@example.com': box() });
  for (const what of ['move', 'delete'] as const)
    expect((await mine.run(what, ID)).results).toMatchObject(
      [{ state: 'failed', text: /UIDPLUS/ }].map(matching),
    );
  expect(folders('ann@example.com')).toEqual({ INBOX: [1, 2], Archive: [] });
  expect((await mine.health()).text).toContain('has no UIDPLUS');
});

const matching = ({ state, text }: { state: string; text: RegExp }) => ({
  state,
  text: expect.stringMatching(text),
});

it('believes no server that says it was done', async () => {
  const lie = {
    'UID MOVE': (tag: string) => `${tag} OK\r\n`,
    'UID EXPUNGE': (tag: string) => `${tag} OK\r\n`,
  };
  openModule({ 'ann@example.com': box({ wrong: lie }) });
  for (const what of ['move', 'delete'] as const)
    expect(await mine.run(what, ID)).toMatchObject({
      status: 'failure',
      results: [{ state: 'failed', text: expect.stringContaining('it did not go out') }],
    });
});

it('takes nothing for the message that was not asked about, whatever the server answers', async () => {
  const wrong: Box['wrong'] = {
    'UID SEARCH': (tag) => `* SEARCH 1 2 999 4294967295 0\r\n${tag} OK\r\n`,
    'UID FETCH': (tag) =>
      `* 1 FETCH (UID 1 ENVELOPE NIL BODY[HEADER.FIELDS (MESSAGE-ID)] {20}\r\nMessage-ID: <other>\r\n)\r\n` +
      `* 2 FETCH (UID 7 BODY[HEADER.FIELDS (MESSAGE-ID)] {${19 + ID.length}}\r\nMessage-ID: <${ID}>\r\n\r\n\r\n)\r\n${tag} OK\r\n`,
  };
  openModule({ 'ann@example.com': box({ wrong }) });
  const { results } = await mine.run('delete', ID);
  expect(results).toMatchObject([{ state: expect.stringMatching(/absent|failed/) }]);
  expect(at.heard.filter(({ line }) => line.startsWith('UID STORE'))).toEqual([]);
  expect(folders('ann@example.com')).toEqual({ INBOX: [1, 2], Archive: [] });
});

it('one slow, one garbling, one flooding and one hanging mailbox keep nobody from the others', async () => {
  const flood = `* LIST () "/" "${'x'.repeat(3 << 20)}"\r\n`;
  openModule(
    {
      'ann@example.com': box({ wrong: says('UID SEARCH', () => undefined) }),
      'bob@example.com': box({ wrong: says('LIST', () => 'what?\r\n((((\r\n* LIST ((((\r\n') }),
      'cem@example.com': box({ wrong: says('LIST', () => flood) }),
      'dan@example.com': box({ wrong: says('EXAMINE', () => undefined) }),
      'eva@example.com': box(),
      'fay@example.com': box(),
    },
    { limit_seconds: 2 },
  );
  const { states, status, errors, text } = await mine.run('find', ID);
  expect(states).toMatchObject({
    'ann@example.com': 'timeout',
    'cem@example.com': 'failed',
    'dan@example.com': 'timeout',
    'eva@example.com': 'found',
    'fay@example.com': 'found',
  });
  expect(states['bob@example.com']).toMatch(/timeout|failed/);
  expect(status).toBe('failure');
  expect(text).toMatch(/^6 mailboxes on 127\.0\.0\.1: 2 found, /);
  expect(errors.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['mailbox-timeout', 'mailbox-failed']),
  );
  expect(at.most()).toBeLessThanOrEqual(4);
});

it('says of a mailbox that broke off while it was worked in that it may have been done', async () => {
  openModule(
    {
      'ann@example.com': box({ wrong: says('UID MOVE', () => undefined) }),
      'bob@example.com': box({ wrong: says('UID MOVE', () => '* BYE out of order\r\n') }),
      'cem@example.com': box({ wrong: says('UID MOVE', (tag) => `${tag} NO [OVERQUOTA] full\r\n`) }),
    },
    { limit_seconds: 2 },
  );
  const { results, undo } = await mine.run('move', ID);
  const said = Object.fromEntries(
    results.map(({ addresses, state, text }) => [addresses[0], `${state}: ${text}`]),
  );
  expect(said['ann@example.com']).toBe(
    'timeout: It did not end within 2 seconds. It may have been moved all the same.',
  );
  expect(said['bob@example.com']).toMatch(/^failed: .* It may have been moved all the same\.$/);
  expect(said['cem@example.com']).toBe('failed: The server refused to take it out of INBOX.');
  expect(undo).toBeUndefined();
});

it('keeps the way back of what was moved, where not all of it could be', async () => {
  const wrong = says('UID MOVE', (tag) => {
    const ann = at.boxes.get('ann@example.com*remedy');
    if (ann) ann.wrong = says('UID MOVE', (again) => `${again} NO no more\r\n`);
    if (ann) ann.folders = { INBOX: [], Archive: [letter(9)], Quarantine: [letter(1)] };
    return `${tag} OK\r\n`;
  });
  openModule({ 'ann@example.com': box({ folders: { INBOX: [letter(2)], Archive: [letter(9)] }, wrong }) });
  const { states, undo } = await mine.run('move', ID);
  expect(states).toEqual({ 'ann@example.com': 'failed' });
  expect(undo?.[0]?.query.origins).toBe(JSON.stringify([['ann@example.com', 'INBOX']]));
});

it('tells a mailbox that is not there from a wrong password by the mailbox for the test', async () => {
  const people = ['bob@example.com', 'cem@example.com'];
  openModule({ 'ann@example.com': box() }, {}, people);
  expect((await mine.run('find', ID)).states).toEqual({
    'bob@example.com': 'no_mailbox',
    'cem@example.com': 'no_mailbox',
  });
  mine.close();
  openModule({ 'ann@example.com': box() }, { password: 'wrong' }, PEOPLE);
  const { results, status } = await mine.run('find', ID);
  expect(results.map(({ state }) => state)).toEqual(PEOPLE.map(() => 'refused'));
  expect(results[0]?.text).toContain('Who are you?');
  expect(status).toBe('failure');
  await expect(mine.health()).rejects.toMatchObject({ code: 'authorization_error' });
});

it('tries a wrong password a few times and not in every mailbox', async () => {
  const many = Array.from({ length: 40 }, (_, i) => `p${i}@example.com`);
  let tries = 0;
  openModule({ 'ann@example.com': box() }, { password: 'wrong' }, many);
  at.boxes.get = (name) => {
    tries += 1;
    return Map.prototype.get.call(at.boxes, name) as Box | undefined;
  };
  const { results } = await mine.run('find', ID);
  expect(results).toHaveLength(40);
  expect(tries).toBeLessThanOrEqual(5);
});

it('opens no mailbox of a server that lets anybody in, or that cannot be told whose mailbox is meant', async () => {
  at.greeting = '* PREAUTH welcome';
  openModule({ 'ann@example.com': box() });
  expect((await mine.run('delete', ID)).results).toMatchObject([{ state: 'refused' }]);
  mine.close();
  at.greeting = '* OK ready';
  at.capability = 'IMAP4rev1 UIDPLUS';
  at.boxes.set('remedy', box());
  openModule({ 'ann@example.com': box() }, { 'auth-type': 'master-plain' });
  expect((await mine.run('delete', ID)).results).toMatchObject([{ state: 'refused' }]);
  expect(at.boxes.get('remedy')?.folders.INBOX).toHaveLength(2);
});

it('authorizes as the recipient by SASL PLAIN', async () => {
  at.boxes.set('ann@example.com', box());
  openModule({}, { 'auth-type': 'master-plain' }, ['ann@example.com']);
  expect((await mine.run('move', ID)).states).toEqual({ 'ann@example.com': 'moved' });
  expect(at.boxes.get('ann@example.com')?.folders.Quarantine).toHaveLength(1);
});

it('stays within the folder of a recipient where one account sees them all', async () => {
  const all = box({
    folders: {
      INBOX: [letter(1)],
      'user/ann': [letter(2)],
      'user/ann/Junk': [letter(3)],
      'user/anna': [letter(4)],
    },
  });
  openModule({}, { 'auth-type': 'account', 'shared-folder': 'user/{local}' }, [
    'ann@example.com',
    'zoe@example.com',
  ]);
  at.boxes.set('remedy', all);
  at.capability = 'IMAP4rev1 UIDPLUS MOVE';
  const { states } = await mine.run('move', ID);
  expect(states).toEqual({ 'ann@example.com': 'moved', 'zoe@example.com': 'no_mailbox' });
  expect(
    Object.fromEntries(Object.entries(all.folders).map(([path, some]) => [path, some.map(({ uid }) => uid)])),
  ).toEqual({
    INBOX: [1],
    'user/ann': [],
    'user/ann/Junk': [],
    'user/anna': [4],
    'user/ann/Quarantine': [3, 2],
  });
});

it('looks only where the settings say, by what the server says folders are for', async () => {
  const one = box({
    folders: { INBOX: [], Spam: [letter(2)], Private: [letter(3)] },
    flags: { Spam: '\\Junk' },
  });
  openModule({ 'ann@example.com': one }, { folders: 'INBOX, \\Junk' });
  const { results } = await mine.run('find', ID);
  expect(results.flatMap(({ copies }) => copies.map(({ folder }) => folder))).toEqual(['Spam']);
  expect(at.heard.map(({ line }) => line).filter((line) => line.startsWith('EXAMINE'))).toEqual([
    'EXAMINE INBOX',
    'EXAMINE Spam',
  ]);
});

it('begins no further mailbox after it was stopped, and ends the ones that were begun', async () => {
  const stop = new AbortController();
  const answering = says('LIST', (tag) => {
    stop.abort();
    return `${tag} OK\r\n`;
  });
  openModule(Object.fromEntries(PEOPLE.map((one) => [one, box({ wrong: answering })])));
  const { results, status } = await mine.run('find', ID, {}, stop);
  expect(results).toHaveLength(6);
  expect(results.filter(({ state }) => state === 'stopped').length).toBeGreaterThanOrEqual(2);
  expect(results.filter(({ state }) => state === 'no_mailbox').length).toBeGreaterThanOrEqual(1);
  expect(status).toBe('failure');
});

it('reaches nobody but recipients that tracking knows, of the domains that are served', async () => {
  openModule({ 'ann@example.com': box(), 'bob@example.com': box(), 'eve@evil.example': box() }, {}, [
    'ann@example.com',
    'eve@evil.example',
  ]);
  const recipients = 'ann@example.com,bob@example.com,bounced@example.com,eve@evil.example';
  expect((await mine.run('find', ID, { recipients })).states).toEqual({
    'ann@example.com': 'found',
    'bob@example.com': 'unknown',
    'bounced@example.com': 'unknown',
  });
  await expect(mine.run('find', ID, { recipients: 'eve@evil.example' })).rejects.toMatchObject({
    code: 'action_input',
  });
  await expect(mine.run('find', 'other@evil.example')).rejects.toMatchObject({ code: 'action_input' });
  const origins = JSON.stringify([['bob@example.com', 'INBOX']]);
  expect((await mine.run('restore', ID, { origins })).states).toEqual({ 'bob@example.com': 'unknown' });
  expect(new Set(at.heard.map(({ box: name }) => name))).toEqual(new Set(['', 'ann@example.com*remedy']));
});

it('refuses more mailboxes at once than its settings allow', async () => {
  openModule({ 'ann@example.com': box(), 'bob@example.com': box() }, { limit_mailboxes: 1 });
  await expect(mine.run('delete', ID)).rejects.toMatchObject({
    code: 'action_input',
    message: expect.stringContaining('2 mailboxes'),
  });
  expect(at.heard).toEqual([]);
});

it('offers itself where somebody of its domains got the message', async () => {
  openModule({ 'ann@example.com': box() });
  expect((await mine.respond(ID))?.offers.map(({ id, query }) => [id, query])).toEqual(
    ['email-find-in-mailboxes', 'email-move-in-mailboxes', 'email-delete-from-mailboxes'].map((id) => [
      id,
      { observable_type: 'email_messageid', observable_value: ID },
    ]),
  );
  expect((await mine.respond('other@evil.example'))?.offers).toEqual([]);
});

it('warns of an appliance that could not be asked, and gives up where none could', async () => {
  const down = fail('device_offline', { device: 'esa04', since: 'today' });
  at.boxes.set('ann@example.com*remedy', box());
  const settings = { ...FORM, port: at.port, user: 'remedy', password: SECRET };
  mine = imapModule(settings, { esa03: [rowTo(ID, { 'ann@example.com': 'delivered' })], esa04: down });
  const { states, errors } = await mine.run('find', ID);
  expect(states).toEqual({ 'ann@example.com': 'found' });
  expect(errors).toMatchObject([{ code: 'device-offline', type: 'warning' }]);
  mine.close();
  mine = imapModule(settings, { esa03: down, esa04: down });
  await expect(mine.run('find', ID)).rejects.toMatchObject({ code: 'device_offline' });
});

it('leaves a server alone that cannot be reached', async () => {
  const port = at.port;
  await at.close();
  at = await scripted();
  const many = Array.from({ length: 30 }, (_, i) => `p${i}@example.com`);
  openModule({}, { port }, many);
  const { results } = await mine.run('find', ID);
  expect(results.map(({ state }) => state)).toEqual(many.map(() => 'failed'));
  expect(results[29]?.text).toContain('nothing listens there');
});

it('connects to no server in a network that the operator did not open, and to none without its certificate', async () => {
  openModule({ 'ann@example.com': box() }, { ca: '' });
  expect((await mine.run('find', ID)).results[0]?.text).toContain('self-signed');
  mine.close();
  openModule({ 'ann@example.com': box() }, { host: '10.1.2.3' });
  expect((await mine.run('find', ID)).results).toMatchObject([
    { state: 'failed', text: expect.stringContaining('private') },
  ]);
  await expect(mine.health()).rejects.toMatchObject({ code: 'address_refused' });
  expect(at.heard).toEqual([]);
});
