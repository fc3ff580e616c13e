/** Mailboxes over IMAP as a kind of module: what can be done about a Message-ID there, and its test. */
import { fail, MAILBOX_ACTIONS } from '@sightline/api';
import { quota } from '@sightline/api/web/quota';
import type { Observable } from '@sightline/ctim';
import { within } from '../../deadline.ts';
import { lanes } from '../../investigate/lanes.ts';
import type { Instance, Kind, Limits, Offer, Problem } from '../kind.ts';
import { triggered } from './act.ts';
import { type ConnectDeps, inMailbox, Refused } from './connect.ts';
import { deliveries, type TrackDeps } from './delivered.ts';
import { foldersOf } from './mailbox.ts';
import { type Mailbox, mailboxOf, served } from './recipient.ts';
import { AT_ONCE, type RunDeps } from './run.ts';
import { type MailServer, serverOf, settingsProblems } from './settings.ts';
import { IMAP_MAILBOX } from './type.ts';

export type ImapDeps = ConnectDeps & TrackDeps;

/** For all mailboxes of an action. */
const TRIGGER_MS = 15 * 60_000;
/** Tests of a module in a minute: whoever may test could scan ports with more. */
const PROBES = 30;
/** Message-IDs that offers are made for at once. */
const MOST_OFFERED = 100;

export function imapKind(deps: ImapDeps): Kind {
  const probes = quota(PROBES, 60);
  const run: RunDeps = { mail: deps.mail, places: lanes(AT_ONCE, 64, 5000) };
  return {
    type: IMAP_MAILBOX,
    check: settingsProblems,
    respond: (instance, observables, limits) => offered(deps, instance, observables, limits),
    triggerMs: TRIGGER_MS,
    trigger: (instance, action, query, limits, order) =>
      triggered({ ...deps, ...run }, instance, { action, query, order }, limits),
    async health(instance, limits) {
      probes.take(instance.id, deps.clock());
      return { text: await tested(deps, serverOf(instance.settings), limits) };
    },
  };
}

async function tested(
  deps: ConnectDeps,
  server: MailServer,
  { signal, deadlineMs }: Limits,
): Promise<string> {
  const own: Mailbox = { key: '', addresses: [], login: server.user, authzid: '', root: '' };
  const mailbox = server.testMailbox ? mailboxOf(server.testMailbox, server) : own;
  if (!mailbox)
    throw fail('authorization_error', { host: server.host, status: 'no name for the test mailbox' });
  const whose = server.testMailbox || server.user;
  return within(deadlineMs, signal, (stop) =>
    inMailbox(deps, server, mailbox, stop, async (client) => {
      const folders = await foldersOf(client, mailbox);
      const safe = ['UIDPLUS', 'IMAP4rev2'].some((one) => client.capabilities.has(one));
      const moves = safe || client.capabilities.has('MOVE');
      const limits = safe
        ? ''
        : ` It has no UIDPLUS: mail can be found${moves ? ' and moved' : ''}, but not ${moves ? '' : 'moved or '}deleted.`;
      const count = folders.length === 1 ? '1 folder' : `${folders.length} folders`;
      return `${server.host} lets ${server.user} into the mailbox of ${whose}: ${count}.${limits}`;
    }),
  ).catch((error: unknown) => {
    throw error instanceof Refused
      ? fail('authorization_error', { host: server.host, status: error.message })
      : error;
  });
}

async function offered(
  deps: ImapDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<{ offers: Offer[]; errors: Problem[] }> {
  const ids = observables.filter(({ type }) => type === 'email_messageid').slice(0, MOST_OFFERED);
  if (ids.length === 0) return { offers: [], errors: [] };
  const server = serverOf(instance.settings);
  const { of, errors } = await deliveries(deps, instance, ids, limits);
  const offers = ids.flatMap((one) => {
    const recipients = served(of(one).recipients, server);
    return recipients.length === 0 ? [] : offersOf(one, recipients, server);
  });
  return { offers, errors: offers.length > 0 ? errors : [] };
}

function offersOf({ type, value }: Observable, recipients: readonly string[], server: MailServer): Offer[] {
  const [first] = recipients;
  const who =
    recipients.length === 1 ? `the mailbox of ${first}` : `the mailboxes of ${recipients.length} recipients`;
  const query = { observable_type: type, observable_value: value };
  return [
    {
      id: MAILBOX_ACTIONS.find,
      title: 'Find in mailboxes (dry run)',
      description: `Looks for the message in ${who} on ${server.host}. Nothing is changed.`,
      categories: ['E-mail', 'Mailbox'],
      query,
    },
    {
      id: MAILBOX_ACTIONS.move,
      title: `Move to ${server.target} in mailboxes`,
      description: `Moves the message to the folder ${server.target} in ${who} on ${server.host}. This can be undone.`,
      categories: ['E-mail', 'Mailbox', 'Contain'],
      query,
    },
    {
      id: MAILBOX_ACTIONS.delete,
      title: 'Delete from mailboxes',
      description: `Deletes the message for good from ${who} on ${server.host}. This cannot be undone.`,
      categories: ['E-mail', 'Mailbox', 'Contain'],
      query,
    },
  ];
}
