/** Second factors, from the QR code to the day on which the telephone is lost. */
import {
  acceptLink,
  addUser,
  beginSecondFactor,
  type Call,
  client,
  confirmSecondFactor,
  editOrganisation,
  endSecondFactor,
  endUserSecondFactor,
  getAccount,
  listAudit,
  listDevices,
  listUsers,
  logIn,
  renewRecoveryCodes,
  whoAmI,
} from '@sightline/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookieOf, openHub, PASSWORD, type TestHub } from '../fixture.ts';
import { codeAt, stepOf } from './totp.ts';

let at: TestHub;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  at = await openHub({ clock: () => now });
});
afterEach(() => at.close());

const STEP = 30_000;
const post = (path: string, body: unknown): Promise<Response> =>
  fetch(at.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const enter = (name: string, code?: string, password = PASSWORD): Promise<Response> =>
  post(logIn.path, { name, password, ...(code === undefined ? {} : { code }) });
const errorOf = async (res: Response): Promise<string> => ((await res.json()) as { error: string }).error;
const asUser = (cookie: string): Call => client({ base: at.url, headers: { cookie } });
const logged = async (name: string, code?: string): Promise<Call> =>
  asUser(cookieOf(await enter(name, code)));

/** Switches the second factor on. */
async function secured(
  call: Call = at.admin,
): Promise<{ secret: string; codes: string[]; code: () => string }> {
  const { secret, uri } = await call(beginSecondFactor, { body: { password: PASSWORD } });
  expect(new URL(uri).searchParams.get('secret')).toBe(secret);
  const { codes } = await call(confirmSecondFactor, { body: { code: codeAt(secret, stepOf(now)) } });
  /** The next one that has not counted yet. */
  const code = (): string => {
    now += STEP;
    return codeAt(secret, stepOf(now));
  };
  return { secret, codes, code };
}

describe('a second factor', () => {
  it('is asked for from then on; a code counts once; other sessions have ended', async () => {
    const other = await logged('ada');
    const { secret, code, codes } = await secured();
    expect(codes).toHaveLength(10);
    await expect(other(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    expect((await at.admin(whoAmI)).name).toBe('ada');
    expect(await errorOf(await enter('ada'))).toBe('second_factor_needed');
    expect(await errorOf(await enter('ada', undefined, 'a wrong password!'))).toBe('login_failed');
    expect(await errorOf(await enter('ada', codeAt(secret, stepOf(now))))).toBe('second_factor_wrong');
    const good = code();
    expect((await enter('ada', good)).status).toBe(200);
    expect(await errorOf(await enter('ada', good))).toBe('second_factor_wrong');
    expect((await at.admin(listUsers)).users).toMatchObject([{ name: 'ada', secondFactor: true }]);
  });

  it('two logins with one code at the same moment: one of them', async () => {
    const { code } = await secured();
    const same = code();
    const both = await Promise.all([enter('ada', same), enter('ada', same)]);
    expect(both.map((res) => res.status).sort()).toEqual([200, 401]);
  });

  it('guessing codes is stopped like guessing passwords', async () => {
    const { code } = await secured();
    for (let i = 0; i < 5; i++) expect((await enter('ada', '000000')).status).toBe(401);
    expect((await enter('ada', code())).status).toBe(429);
  });

  it('is nothing before its first code, and needs the password', async () => {
    await expect(at.admin(beginSecondFactor, { body: { password: 'wrong' } })).rejects.toMatchObject({
      fields: [{ path: 'password' }],
    });
    await expect(at.admin(confirmSecondFactor, { body: { code: '123456' } })).rejects.toMatchObject({
      code: 'second_factor_absent',
    });
    await at.admin(beginSecondFactor, { body: { password: PASSWORD } });
    await expect(at.admin(confirmSecondFactor, { body: { code: '12345' } })).rejects.toMatchObject({
      code: 'second_factor_wrong',
    });
    expect((await enter('ada')).status).toBe(200);
    expect((await at.admin(getAccount)).secondFactor).toEqual({
      since: null,
      recoveryCodesLeft: 0,
      required: false,
    });
  });

  it('is not in the database as it is, and no answer has it again', async () => {
    const { secret } = await secured();
    expect(JSON.stringify(await at.admin(getAccount))).not.toContain(secret);
    await expect(at.admin(beginSecondFactor, { body: { password: PASSWORD } })).rejects.toMatchObject({
      code: 'second_factor_present',
    });
    const { readFileSync, readdirSync } = await import('node:fs');
    for (const file of readdirSync(at.dir).filter((name) => name.startsWith('hub.sqlite')))
      expect(readFileSync(`${at.dir}/${file}`).includes(secret)).toBe(false);
  });

  it('recovery codes work once each, however they are typed, and are renewed', async () => {
    const { codes, code } = await secured();
    const [first = '', second = ''] = codes;
    expect((await enter('ada', first.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await enter('ada', first)).status).toBe(401);
    expect((await at.admin(getAccount)).secondFactor.recoveryCodesLeft).toBe(9);
    const body = { password: PASSWORD, code: code() };
    const { codes: fresh } = await at.admin(renewRecoveryCodes, { body });
    expect(fresh).toHaveLength(10);
    expect((await enter('ada', second)).status).toBe(401);
    expect((await enter('ada', fresh[0])).status).toBe(200);
    const { entries } = await at.admin(listAudit, { query: { search: 'recovery' } });
    expect(entries.map(({ action }) => action)).toEqual([
      'user.recovery_code_used',
      'user.recovery_codes',
      'user.recovery_code_used',
    ]);
  });

  it('is switched off with password and code', async () => {
    const { code } = await secured();
    await expect(
      at.admin(endSecondFactor, { body: { password: PASSWORD, code: '000000' } }),
    ).rejects.toMatchObject({ code: 'second_factor_wrong' });
    await at.admin(endSecondFactor, { body: { password: PASSWORD, code: code() } });
    expect((await enter('ada')).status).toBe(200);
  });
});

describe('an organisation that wants it of everybody', () => {
  async function ben(): Promise<{ call: Call; id: string }> {
    const { user, link } = await at.admin(addUser, { body: { name: 'ben', role: 'analyst' } });
    const res = await post(acceptLink.path, { token: new URL(link.url).hash.slice(1), password: PASSWORD });
    return { call: asUser(cookieOf(res)), id: user.id };
  }

  it('lets nobody do anything before there is one', async () => {
    const { call } = await ben();
    expect((await call(listDevices)).devices).toEqual([]);
    await at.admin(editOrganisation, { body: { secondFactor: true } });
    expect(await call(whoAmI)).toMatchObject({ must: 'second-factor', permissions: [] });
    await expect(call(listDevices)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await call(getAccount)).secondFactor.required).toBe(true);
    await secured(call);
    expect((await call(whoAmI)).must).toBeUndefined();
    expect((await call(listDevices)).devices).toEqual([]);
  });

  it('an administrator takes the factor of somebody who has lost it', async () => {
    const { call, id } = await ben();
    await secured(call);
    await at.admin(endUserSecondFactor, { params: { id } });
    await expect(call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    expect((await enter('ben')).status).toBe(200);
    await expect(at.admin(endUserSecondFactor, { params: { id } })).rejects.toMatchObject({
      code: 'second_factor_absent',
    });
  });

  it('lets in administrators only, for a time of trouble', async () => {
    const { call } = await ben();
    await at.admin(editOrganisation, { body: { allRoles: false } });
    await expect(call(whoAmI)).rejects.toMatchObject({ code: 'not_logged_in' });
    expect(await errorOf(await enter('ben'))).toBe('login_closed');
    expect((await enter('ada')).status).toBe(200);
    await at.admin(editOrganisation, { body: { allRoles: true } });
    expect((await enter('ben')).status).toBe(200);
  });
});
