/** What both programs promise about users: one suite, run by each on its own store. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../client.ts';
import * as api from '../who.ts';

export interface Program {
  /** Calls as the first administrator, whose password is `password`. */
  admin: Call;
  adminName: string;
  password: string;
  /** A browser without a session: keeps the cookie it is given. */
  tab(): Call;
  /** Puts the clock forward, ms. */
  forward(ms: number): void;
  /** Everything that was audited so far. */
  audited(): Promise<string>;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const NEW = 'a new password that is long';

/** `strong` administers, `weak` does not. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a suite of short tests
export function usersConformance(open: () => Promise<Program>, strong: string, weak: string): void {
  let at: Program;
  beforeEach(async () => {
    at = await open();
  });
  afterEach(() => at.close());

  const tokenOf = (url: string): string => new URL(url).hash.slice(1);
  const invite = async (name: string, role = weak) => {
    const { user, link } = await at.admin(api.addUser, { body: { name, role } });
    return { user, link, token: tokenOf(link.url) };
  };
  const join = async (name: string, role = weak) => {
    const { user, token } = await invite(name, role);
    const call = at.tab();
    await call(api.acceptLink, { body: { token, password: NEW } });
    return { user, call };
  };
  const inAs = async (name: string, password: string): Promise<Call> => {
    const call = at.tab();
    await call(api.logIn, { body: { name, password } });
    return call;
  };
  const stateOf = async (name: string) =>
    (await at.admin(api.listUsers)).users.find((user) => user.name === name);

  describe('a one-time link', () => {
    test('lets the invited person choose the password, once, and is nowhere but in the answer', async () => {
      const { link, token } = await invite('bea');
      expect(token).toMatch(/^slu_[\w-]{43}$/);
      expect(new URL(link.url).pathname).toBe('/welcome');
      expect(await stateOf('bea')).toMatchObject({ state: 'invited', role: weak, linkUntil: link.expires });
      await expect(inAs('bea', '')).rejects.toMatchObject({ code: 'login_failed' });
      const call = at.tab();
      const who = await call(api.lookAtLink, { body: { token } });
      expect(who).toMatchObject({ name: 'bea', expires: link.expires });
      expect(who.organisation).not.toBe('');
      const me = await call(api.acceptLink, { body: { token, password: NEW } });
      expect(me).toMatchObject({ name: 'bea', role: weak });
      expect(await call(api.whoAmI)).toEqual(me);
      expect(await stateOf('bea')).toMatchObject({ state: 'active', sessions: 1, linkUntil: null });
      await inAs('BEA', NEW);
      const again = call(api.acceptLink, { body: { token, password: 'another password of mine' } });
      await expect(again).rejects.toMatchObject({ code: 'link_spent' });
      expect(JSON.stringify(await at.admin(api.listUsers))).not.toContain(token);
      const text = await at.audited();
      expect(text).toContain('user.added');
      expect(text).toContain('user.welcomed');
      expect(text).not.toContain(token);
    });

    test('two people at once: one wins', async () => {
      const { token } = await invite('bea');
      const tries = [1, 2, 3].map((n) =>
        at.tab()(api.acceptLink, { body: { token, password: `${NEW} ${n}` } }),
      );
      const ends = (await Promise.allSettled(tries)).map((end) => end.status);
      expect(ends.filter((status) => status === 'fulfilled')).toHaveLength(1);
    });

    test('is good for three days, and only the last one of a user', async () => {
      const { user, token } = await invite('bea');
      at.forward(3 * DAY_MS - 1000);
      await at.tab()(api.lookAtLink, { body: { token } });
      at.forward(1000);
      await expect(at.tab()(api.lookAtLink, { body: { token } })).rejects.toMatchObject({
        code: 'link_spent',
      });
      at.admin = await inAs(at.adminName, at.password);
      const second = tokenOf((await at.admin(api.resetUser, { params: { id: user.id } })).url);
      const third = tokenOf((await at.admin(api.resetUser, { params: { id: user.id } })).url);
      await expect(at.tab()(api.lookAtLink, { body: { token: second } })).rejects.toMatchObject({
        code: 'link_spent',
      });
      await at.tab()(api.acceptLink, { body: { token: third, password: NEW } });
    });

    test('cannot be guessed without end', async () => {
      const codes: string[] = [];
      for (let i = 0; i < 22; i++)
        await at
          .tab()(api.lookAtLink, { body: { token: `slu_${i}` } })
          .catch((e) => codes.push(e.code));
      expect(codes.filter((code) => code === 'link_spent')).toHaveLength(20);
      expect(codes.at(-1)).toBe('too_many_requests');
    });

    test('of a disabled user opens nothing', async () => {
      const { user, token } = await invite('bea');
      await at.admin(api.changeUser, { params: { id: user.id }, body: { disabled: true } });
      await expect(at.tab()(api.acceptLink, { body: { token, password: NEW } })).rejects.toMatchObject({
        code: 'link_spent',
      });
    });
  });

  describe('sessions end', () => {
    const ended = { code: 'not_logged_in' };
    test.each([{ disabled: true }, { role: strong }])('on %j', async (body) => {
      const { user, call } = await join('bea');
      await at.admin(api.changeUser, { params: { id: user.id }, body });
      await expect(call(api.whoAmI)).rejects.toMatchObject(ended);
      expect(await at.audited()).toContain('user.changed');
    });

    test('when the user is deleted, reset, or the administrator ends them', async () => {
      const bea = await join('bea');
      await at.admin(api.endUserSessions, { params: { id: bea.user.id } });
      await expect(bea.call(api.whoAmI)).rejects.toMatchObject(ended);
      const again = await inAs('bea', NEW);
      await at.admin(api.resetUser, { params: { id: bea.user.id } });
      await expect(again(api.whoAmI)).rejects.toMatchObject(ended);
      await expect(inAs('bea', NEW)).rejects.toMatchObject({ code: 'login_failed' });
      const cem = await join('cem');
      await at.admin(api.deleteUser, { params: { id: cem.user.id } });
      await expect(cem.call(api.whoAmI)).rejects.toMatchObject(ended);
      await expect(inAs('cem', NEW)).rejects.toMatchObject({ code: 'login_failed' });
      expect(await stateOf('cem')).toBeUndefined();
    });

    test('a disabled user is let in again when enabled, with the same password', async () => {
      const { user } = await join('bea');
      await at.admin(api.changeUser, { params: { id: user.id }, body: { disabled: true } });
      await expect(inAs('bea', NEW)).rejects.toMatchObject({ code: 'login_failed' });
      await at.admin(api.changeUser, { params: { id: user.id }, body: { disabled: false } });
      await inAs('bea', NEW);
    });
  });

  describe('the last administrator', () => {
    const idOf = async (name: string): Promise<string> => (await stateOf(name))?.id ?? '';
    test('stays, whatever is tried; those who cannot log in do not count', async () => {
      const id = await idOf(at.adminName);
      const disabled = await join('dis', strong);
      await at.admin(api.changeUser, { params: { id: disabled.user.id }, body: { disabled: true } });
      await invite('inv', strong);
      const last = { code: 'last_administrator', details: { name: at.adminName } };
      const params = { id };
      await expect(at.admin(api.changeUser, { params, body: { role: weak } })).rejects.toMatchObject(last);
      await expect(at.admin(api.changeUser, { params, body: { disabled: true } })).rejects.toMatchObject(
        last,
      );
      await expect(at.admin(api.deleteUser, { params })).rejects.toMatchObject(last);
      await expect(at.admin(api.resetUser, { params })).rejects.toMatchObject(last);
      expect(await stateOf(at.adminName)).toMatchObject({ role: strong, state: 'active' });
    });

    test('of two who remove each other at once, one stays', async () => {
      const other = await join('bea', strong);
      const ends = await Promise.allSettled([
        at.admin(api.deleteUser, { params: { id: other.user.id } }),
        other.call(api.deleteUser, { params: { id: await idOf(at.adminName) } }),
      ]);
      expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('the own account', () => {
    test('a new password needs the current one, ends every other session, and gives this one a new cookie', async () => {
      const { call } = await join('bea');
      const other = await inAs('bea', NEW);
      const next = 'yet another long password';
      await expect(
        call(api.changePassword, { body: { current: 'wrong', password: next } }),
      ).rejects.toMatchObject({ code: 'invalid_input', fields: [{ path: 'current' }] });
      await call(api.changePassword, { body: { current: NEW, password: next } });
      expect(await call(api.whoAmI)).toMatchObject({ name: 'bea' });
      await expect(other(api.whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
      await expect(inAs('bea', NEW)).rejects.toMatchObject({ code: 'login_failed' });
      await inAs('bea', next);
      expect(await at.audited()).toContain('user.password_changed');
    });

    test('the current password cannot be guessed without end', async () => {
      const { call } = await join('bea');
      const guess = (): Promise<string> =>
        call(api.changePassword, { body: { current: 'wrong', password: NEW } }).then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
      for (let i = 0; i < 5; i++) expect(await guess()).toBe('invalid_input');
      expect(await guess()).toBe('too_many_requests');
    });

    test('lists its sessions, and ends one or all others; not those of somebody else', async () => {
      const { call } = await join('bea');
      at.forward(60_000);
      const second = await inAs('bea', NEW);
      const { sessions } = await second(api.listOwnSessions);
      expect(sessions.map(({ current }) => current)).toEqual([true, false]);
      const foreign = await at.admin(api.listOwnSessions);
      await expect(
        second(api.endOwnSession, { params: { id: foreign.sessions[0]?.id ?? '' } }),
      ).rejects.toMatchObject({ code: 'not_found' });
      await second(api.endOwnSession, { params: { id: sessions[1]?.id ?? '' } });
      await expect(call(api.whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
      const third = await inAs('bea', NEW);
      await third(api.endOtherSessions);
      await expect(second(api.whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
      expect(await third(api.whoAmI)).toMatchObject({ name: 'bea' });
      expect(await at.admin(api.whoAmI)).toMatchObject({ name: at.adminName });
    });
  });

  test('a name is used once, in any case; roles are those of the list', async () => {
    await invite('bea');
    for (const name of ['bea', 'BEA', at.adminName])
      await expect(invite(name)).rejects.toMatchObject({ code: 'name_taken' });
    await expect(invite('cem', 'root')).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'role' }],
    });
    const { roles } = await at.admin(api.listUsers);
    expect(roles[0]?.id).toBe(strong);
    expect(roles.map(({ id }) => id)).toContain(weak);
  });

  test('others than administrators see no users and change none', async () => {
    const { call, user } = await join('bea');
    await expect(call(api.listUsers)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      call(api.changeUser, { params: { id: user.id }, body: { role: strong } }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('nothing is found under an id that is none', async () => {
    const params = { id: 'nobody' };
    for (const act of [
      () => at.admin(api.changeUser, { params, body: { disabled: true } }),
      () => at.admin(api.deleteUser, { params }),
      () => at.admin(api.resetUser, { params }),
      () => at.admin(api.endUserSessions, { params }),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'not_found' });
  });
}
