/** The own account over HTTP: the second factor and what belongs to it. */
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  endUserSecondFactor,
  Fault,
  fail,
  getAccount,
  renewRecoveryCodes,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Passwords } from '@sightline/api/web/password';
import type { Quota } from '@sightline/api/web/quota';
import { hashed } from '@sightline/api/web/session';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { confirmNext, endFactor, factorOf, keepNext, keepRecovery, recoveryLeft } from './factor.ts';
import { organisationOf } from './organisation.ts';
import { identitiesOf, personById } from './people.ts';
import { aboutFactor, checkSecond, type SecondDeps } from './second.ts';
import { newRecoveryCodes, newTotpSecret, plainCode, stepOfCode, totpUri } from './totp.ts';
import { usersOf } from './users.ts';

export interface AccountDeps extends SecondDeps, Pick<Deps, 'audit' | 'clock'> {
  passwords: Passwords;
  /** Wrong passwords and codes per account. */
  accountQuota: Quota;
  /** Secret of the session that asks. */
  secret: (c: Context) => string;
}

export function accountRoutes(on: Mount<Caller>, deps: AccountDeps): void {
  on(getAccount, ({ caller }) => account(deps, caller));
  on(beginSecondFactor, async ({ caller, body }) => {
    await checkPassword(deps, caller, body.password);
    return begin(deps, caller);
  });
  on(confirmSecondFactor, ({ caller, body, c }) => confirm(deps, caller, body.code, deps.secret(c)));
  on(renewRecoveryCodes, async ({ caller, body }) => {
    await checkBoth(deps, caller, body);
    const codes = await freshCodes(deps, caller);
    await note(deps, caller, 'user.recovery_codes', caller.name, 'Made new recovery codes');
    return { codes };
  });
  on(endSecondFactor, async ({ caller, body }) => {
    await checkBoth(deps, caller, body);
    await endFactor(deps.db, caller.orgId, caller.id);
    await note(deps, caller, 'user.second_factor_off', caller.name, 'Switched the own second factor off');
    return undefined;
  });
  on(endUserSecondFactor, async ({ caller, params }) => {
    const person = await personById(deps.db, caller.orgId, params.id);
    if (!person) throw fail('not_found', { what: 'user' });
    if (!(await endFactor(deps.db, caller.orgId, params.id))) throw fail('second_factor_absent');
    await usersOf(deps.db, caller.orgId).endSessions(params.id);
    const text = `Took the second factor of ${person.name}; the sessions ended`;
    await note(deps, caller, 'user.second_factor_taken', person.name, text);
    return undefined;
  });
}

const note = (
  deps: AccountDeps,
  { orgId, name: actor, peer }: Caller,
  action: string,
  object: string,
  text: string,
): Promise<void> => deps.audit({ orgId, actor, action, object, text, peer });

async function account(deps: AccountDeps, caller: Caller) {
  const { db } = deps;
  const [factor, left, organisation, person, signOn, phc] = await Promise.all([
    factorOf(db, caller.id),
    recoveryLeft(db, caller.id),
    organisationOf(db, caller.orgId),
    personById(db, caller.orgId, caller.id),
    identitiesOf(db, caller.orgId, caller.id),
    usersOf(db, caller.orgId).password(caller.id),
  ]);
  return {
    name: caller.name,
    email: person?.email ?? '',
    hasPassword: phc !== '',
    secondFactor: {
      since: factor.since === null ? null : new Date(factor.since).toISOString(),
      recoveryCodesLeft: left,
      required: organisation.secondFactor,
    },
    signOn: signOn.map(({ provider, created }) => ({ provider, since: new Date(created).toISOString() })),
  };
}

/** Whoever sits down at an open session must not be able to lock its owner out. */
async function checkPassword(deps: AccountDeps, caller: Caller, password: string): Promise<void> {
  const now = deps.clock();
  deps.accountQuota.take(caller.id, now);
  if (!(await deps.passwords.verify(password, await usersOf(deps.db, caller.orgId).password(caller.id)))) {
    const fields = [{ path: 'password', message: 'This is not your password.' }];
    throw new Fault('invalid_input', {}, { fields });
  }
  deps.accountQuota.back(caller.id, now);
}

async function checkBoth(
  deps: AccountDeps,
  caller: Caller,
  given: { password: string; code: string },
): Promise<void> {
  await checkPassword(deps, caller, given.password);
  const now = deps.clock();
  deps.accountQuota.take(caller.id, now);
  if ((await checkSecond(deps, caller.id, given.code, now)) === 'none') throw fail('second_factor_absent');
  deps.accountQuota.back(caller.id, now);
}

async function begin(deps: AccountDeps, caller: Caller): Promise<{ secret: string; uri: string }> {
  const { secret: present } = await factorOf(deps.db, caller.id);
  if (present !== '') throw fail('second_factor_present');
  const secret = newTotpSecret();
  await keepNext(deps.db, caller.id, deps.sealer.seal(secret, aboutFactor(caller.id)));
  const { name: organisation } = await organisationOf(deps.db, caller.orgId);
  const issuer = organisation === '' ? 'Sightline' : `Sightline ${organisation}`;
  return { secret, uri: totpUri({ issuer, account: caller.name, secret }) };
}

async function confirm(
  deps: AccountDeps,
  caller: Caller,
  code: string,
  session: string,
): Promise<{ codes: string[] }> {
  const now = deps.clock();
  deps.accountQuota.take(caller.id, now);
  const { next } = await factorOf(deps.db, caller.id);
  if (next === '') throw fail('second_factor_absent');
  const step = stepOfCode(deps.sealer.open(next, aboutFactor(caller.id)), code, now, 0);
  if (step === undefined) throw fail('second_factor_wrong');
  if (!(await confirmNext(deps.db, caller.id, next, step, now))) throw fail('second_factor_absent');
  deps.accountQuota.back(caller.id, now);
  await usersOf(deps.db, caller.orgId).endSessions(caller.id, { except: hashed(session) });
  await note(deps, caller, 'user.second_factor_on', caller.name, 'Switched a second factor on');
  return { codes: await freshCodes(deps, caller) };
}

async function freshCodes({ db }: AccountDeps, caller: Caller): Promise<string[]> {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => hashed(plainCode(code)));
  await db.transaction().execute((tx) => keepRecovery(tx, caller.orgId, caller.id, hashes));
  return codes;
}
