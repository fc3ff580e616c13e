/** Against a real Dovecot with a master user, where there is one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORM, imapModule, rowTo } from './bench.fixture.ts';
import { type Dovecot, dovecotMissing, MASTER, openDovecot } from './dovecot.fixture.ts';

const PEOPLE = ['ann@example.com', 'bob@example.com', 'cem@example.com'];
const missing = dovecotMissing();

describe.skipIf(missing)(`Dovecot, real${missing && ` (skipped: ${missing})`}`, () => {
  let at: Dovecot;
  let id: string;
  let n = 0;
  beforeAll(async () => {
    at = await openDovecot(PEOPLE);
  }, 60_000);
  afterAll(() => at?.stop());
  beforeEach(() => {
    // Searched for by a part of it, and with what quoted strings and patterns are made of.
    id = `wave.${++n}+"q"\\%*ü@evil.example`;
  });

  const letter = (subject: string, messageId = id): string =>
    `From: Eve <eve@evil.example>\nTo: <people@example.com>\nSubject: ${subject}\nMessage-ID: <${messageId}>\n\nPay at once.\n`;
  const subjects = async (user: string, ...folders: string[]): Promise<Record<string, string[]>> =>
    Object.fromEntries(await Promise.all(folders.map(async (one) => [one, await at.subjects(user, one)])));

  const settings = {
    ...FORM,
    user: MASTER.user,
    password: MASTER.password,
    limit_seconds: 30,
  };
  const ways = {
    'a master user by its log-in name, TLS from the first byte': () => ({ ...settings, port: at.imaps }),
    'a master user by SASL PLAIN, STARTTLS': () => ({
      ...settings,
      tls: 'starttls',
      port: at.imap,
      'auth-type': 'master-plain',
    }),
  };

  describe.each(Object.entries(ways))('%s', (_, form) => {
    const open = (...people: string[]) =>
      imapModule(form(), {
        esa03: [rowTo(id, Object.fromEntries(people.map((one) => [one, 'delivered' as const])))],
      });

    it('finds, moves, says so the second time, and puts back', async () => {
      await at.put('ann@example.com', 'INBOX', letter(`in the inbox ${n}`));
      await at.put('ann@example.com', 'Archive/2026', letter(`filed ${n}`));
      await at.put('ann@example.com', 'INBOX', letter(`another ${n}`, `x${id}`));
      await at.put('bob@example.com', 'INBOX', letter(`another ${n}`, `${id}x`));
      const mine = open(...PEOPLE.slice(0, 2), 'nobody@example.com');
      const dry = await mine.run('find', id);
      expect(dry.states).toEqual({
        'ann@example.com': 'found',
        'bob@example.com': 'absent',
        'nobody@example.com': 'no_mailbox',
      });
      expect(
        dry.results.flatMap(({ copies }) => copies.map(({ folder, subject }) => [folder, subject])),
      ).toEqual([
        ['INBOX', `in the inbox ${n}`],
        ['Archive/2026', `filed ${n}`],
      ]);
      const done = await mine.run('move', id);
      expect(done.states['ann@example.com']).toBe('moved');
      expect(await at.subjects('ann@example.com', 'Quarantine')).toEqual([`in the inbox ${n}`, `filed ${n}`]);
      expect((await mine.run('move', id)).states['ann@example.com']).toBe('already');
      expect((await mine.run('restore', id, done.undo?.[0]?.query)).states).toEqual({
        'ann@example.com': 'restored',
      });
      const now = await subjects('ann@example.com', 'INBOX', 'Archive/2026', 'Quarantine');
      expect(now.Quarantine).toEqual([]);
      expect(now.INBOX).toEqual(expect.arrayContaining([`in the inbox ${n}`, `another ${n}`]));
      expect(now['Archive/2026']).toContain(`filed ${n}`);
    }, 60_000);

    it('deletes the message and no other, also none that its owner had marked', async () => {
      await at.put('cem@example.com', 'INBOX', letter(`marked ${n}`, `y${id}`));
      await at.put('cem@example.com', 'INBOX', letter(`bad ${n}`));
      const owner = await at.as('cem@example.com');
      await owner.mailboxOpen('INBOX');
      await owner.messageFlagsAdd('1:*', ['\\Deleted']);
      await owner.messageFlagsRemove('*', ['\\Deleted']);
      await owner.logout();
      const before = await at.subjects('cem@example.com', 'INBOX');
      const mine = open('cem@example.com');
      expect((await mine.run('delete', id)).states).toEqual({ 'cem@example.com': 'deleted' });
      expect(await at.subjects('cem@example.com', 'INBOX')).toEqual(
        before.filter((one) => one !== `bad ${n}`),
      );
      expect(before).toContain(`bad ${n}`);
    }, 60_000);

    it('is tested by a real log-in', async () => {
      expect((await open().health()).text).toMatch(
        /lets remedy into the mailbox of ann@example\.com: \d+ folders\.$/,
      );
      const wrong = imapModule({ ...form(), password: 'wrong' }, {});
      await expect(wrong.health()).rejects.toMatchObject({ code: 'authorization_error' });
    });
  });

  it('leaves a dry run no trace: unseen stays unseen', async () => {
    await at.put('bob@example.com', 'INBOX', letter('unseen'));
    const mine = imapModule(
      { ...settings, port: at.imaps },
      { esa03: [rowTo(id, { 'bob@example.com': 'delivered' })] },
    );
    expect((await mine.run('find', id)).states).toEqual({ 'bob@example.com': 'found' });
    const owner = await at.as('bob@example.com');
    await owner.mailboxOpen('INBOX', { readOnly: true });
    const flags = await owner.fetchAll('1:*', { flags: true });
    expect(flags.map((one) => [...(one.flags ?? [])].includes('\\Seen'))).toContain(false);
    expect(flags.map((one) => [...(one.flags ?? [])].includes('\\Seen'))).not.toContain(true);
    await owner.logout();
  });

  it('moves to the folder that the server says is for junk', async () => {
    await at.put('bob@example.com', 'INBOX', letter('to junk'));
    const mine = imapModule(
      { ...settings, port: at.imaps, target: '\\Junk' },
      { esa03: [rowTo(id, { 'bob@example.com': 'delivered' })] },
    );
    expect((await mine.run('move', id)).states).toEqual({ 'bob@example.com': 'moved' });
    expect(await at.subjects('bob@example.com', 'Junk')).toEqual(['to junk']);
  });
});
