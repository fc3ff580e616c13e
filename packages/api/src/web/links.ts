/** One-time links: whoever opens one chooses the password of the user it is for. */
import type { Context } from 'hono';
import { fail } from '../error.ts';
import type { Mount } from '../http.ts';
import * as api from '../who.ts';
import type { Passwords } from './password.ts';
import type { Quota } from './quota.ts';
import { hashed, newSecret } from './session.ts';

export interface Link {
  hash: string;
  expires: number;
}

/** Whom a link is for. */
export interface Invited {
  id: string;
  name: string;
  organisation: string;
  expires: number;
}

export interface Invitations {
  /** The user of a link that is good at `now`. */
  look(hash: string, now: number): Promise<Invited | undefined>;
  /** Spends the link and sets the password, both or neither; undefined when it is not good (any more). */
  spend(hash: string, phc: string, now: number): Promise<Invited | undefined>;
}

export interface LinksDeps {
  invitations: Invitations;
  passwords: Passwords;
  /** Wrong links per address. */
  peerQuota: Quota;
  clock(): number;
  /** Opens a session for the user and answers who he is. */
  enter(c: Context, userId: string, peer: string): Promise<api.Me>;
  noteInvited(invited: Invited, action: string, text: string, peer: string): Promise<void>;
}

const LINK_MS = 3 * 24 * 3_600_000;
const PREFIX = 'slu_';

export function linkRoutes<Caller extends { peer: string }>(on: Mount<Caller>, deps: LinksDeps): void {
  /** A link is a secret too: guessing is limited by address. */
  const tried = async (
    peer: string,
    work: (now: number) => Promise<Invited | undefined>,
  ): Promise<Invited> => {
    const now = deps.clock();
    deps.peerQuota.check(peer, now);
    const invited = await work(now);
    if (invited) return invited;
    deps.peerQuota.take(peer, now);
    throw fail('link_spent');
  };
  const { invitations } = deps;

  on(api.lookAtLink, async ({ body, caller }) => {
    const invited = await tried(caller.peer, (now) => invitations.look(hashOf(body.token), now));
    return { name: invited.name, organisation: invited.organisation, expires: iso(invited.expires) };
  });

  on(api.acceptLink, async ({ body, caller, c }) => {
    const hash = hashOf(body.token);
    await tried(caller.peer, (now) => invitations.look(hash, now));
    const phc = await deps.passwords.hash(body.password);
    const invited = await tried(caller.peer, (now) => invitations.spend(hash, phc, now));
    await deps.noteInvited(invited, 'user.welcomed', 'Chose a password with a one-time link', caller.peer);
    return deps.enter(c, invited.id, caller.peer);
  });
}

export type Fresh = Link & { token: string };

/** A one-time link that is good for three days; only its hash and its end are to be kept. */
export function freshLink(now: number): Fresh {
  const token = `${PREFIX}${newSecret()}`;
  return { hash: hashOf(token), expires: now + LINK_MS, token };
}

const hashOf = (token: string): string => hashed(token.trim());

/** The link as it is handed over. Behind `#` the token stays in the browser: no server and no proxy writes it into a log. */
export const address = (url: string, { token, expires }: Fresh): api.OneTimeLink => ({
  url: `${url}/welcome#${token}`,
  expires: iso(expires),
});

const iso = (ms: number): string => new Date(ms).toISOString();
