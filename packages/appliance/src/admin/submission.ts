/** Users of mail submission over the API (api/gateway/submission.ts). */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Passwords } from '@sightline/api/web/password';
import type { Logger } from 'pino';
import type { SubmissionStore, SubmissionUser } from '../smtp/store.ts';

export interface SubmissionParts {
  submission: SubmissionStore;
  passwords: Passwords;
  clock: () => number;
  log: Logger;
}

export function submission(on: Mount<{ name: string }>, parts: SubmissionParts): void {
  const { submission: users, passwords, clock, log } = parts;
  const found = (name: string): SubmissionUser => {
    const user = users.user(name);
    if (!user) throw api.fail('not_found', { what: 'submission user' });
    return user;
  };
  on(api.listSubmissionUsers, () => ({ users: users.list().map(shown) }));
  on(api.addSubmissionUser, async ({ caller, body: { name, password, senders } }) => {
    const added = users.add({ name, senders, password: await passwords.hash(password), created: clock() });
    if (!added) throw api.fail('name_taken', { name });
    log.info({ user: caller.name, submission: name }, 'submission user added');
    return shown(found(name));
  });
  on(api.changeSubmissionUser, async ({ caller, params, body }) => {
    const { name } = found(params.name);
    const { password, ...part } = body;
    const hash = password === undefined ? {} : { password: await passwords.hash(password) };
    users.change(name, { ...part, ...hash });
    log.info({ user: caller.name, submission: name, changed: Object.keys(body) }, 'submission user changed');
    return shown(found(name));
  });
  on(api.deleteSubmissionUser, ({ caller, params }) => {
    const { name } = found(params.name);
    users.remove(name);
    log.info({ user: caller.name, submission: name }, 'submission user deleted');
    return undefined;
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = ({ name, senders, disabled, created, used }: SubmissionUser): api.SubmissionUser => ({
  name,
  senders,
  disabled,
  created: iso(created),
  lastLogin: used === null ? null : iso(used),
});
