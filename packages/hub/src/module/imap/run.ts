/** The same deed in many mailboxes: a few at once, each with an end, and one after the other told. */
import { Fault, type MailboxResult } from '@sightline/api';
import { TimedOut, within } from '../../deadline.ts';
import type { Lanes } from '../../investigate/lanes.ts';
import type { Limits, Order } from '../kind.ts';
import { type ConnectDeps, inMailbox, Refused, sentenceOf } from './connect.ts';
import { type Deed, type Found, foldersOf, visit } from './mailbox.ts';
import { type Mailbox, mailboxOf } from './recipient.ts';
import type { MailServer } from './settings.ts';

export interface RunDeps extends ConnectDeps {
  /** Places for connections, by module. */
  places: Lanes;
}

export interface Job {
  mailbox: Mailbox;
  /** Where copies are put back to. */
  origins: readonly string[];
}

export interface Done extends Job {
  result: MailboxResult;
  /** Folders that copies were moved out of. */
  movedFrom: readonly string[];
}

interface Run {
  deps: RunDeps;
  moduleId: string;
  server: MailServer;
  deed: Deed;
  limits: Limits;
  order: Order;
  /** After this time no mailbox is begun, by `performance.now()`. */
  last: number;
  trust: Trust;
}

/** What the run has learnt about the server. */
interface Trust {
  /** Some mailbox was opened: user name and password are right. */
  accepted: boolean;
  /** Failures to connect since the last success. */
  down: number;
  /** Why no further mailbox is tried. */
  over: Found | undefined;
  /** Whether the mailbox for the test opens, asked once. */
  tested: Promise<boolean> | undefined;
}

/** Mailboxes at once. */
export const AT_ONCE = 4;
/** Failures to connect in a row after which the server is left alone. */
const DOWN = AT_ONCE;
/** Left at the end for the last mailboxes' answers. */
const SPARE_MS = 2000;

/** What came of each mailbox, in the order of the jobs. Never rejects because of a mailbox. */
export async function everywhere(given: Omit<Run, 'trust' | 'last'>, jobs: readonly Job[]): Promise<Done[]> {
  const { server, limits, order } = given;
  const last = performance.now() + limits.deadlineMs - server.mailboxMs - SPARE_MS;
  const trust: Trust = { accepted: false, down: 0, over: undefined, tested: undefined };
  const run = { ...given, last, trust };
  const done: Done[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < jobs.length; i = next++) {
      const job = jobs[i];
      if (!job) return;
      const { origins: movedFrom = [], ...found } = await one(run, job);
      const result = { addresses: job.mailbox.addresses, ...found };
      done[i] = { ...job, result, movedFrom };
      order.tell?.({ type: 'mailbox', mailbox: result });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done;
}

const stopped = (text: string): Found => ({ state: 'stopped', text, copies: [] });

function notBegun({ order, last, trust }: Run): Found | undefined {
  if (order.stop?.aborted) return stopped('It was stopped before this mailbox.');
  if (performance.now() > last) return stopped('The time was over before this mailbox. Do it again.');
  return trust.over;
}

/** In its turn: connections of all runs of a module together are bounded. */
async function one(run: Run, job: Job): Promise<Found> {
  const { deps, moduleId, order, last } = run;
  const over = AbortSignal.timeout(Math.max(0, Math.ceil(last - performance.now())));
  const given = AbortSignal.any([over, ...(order.stop ? [order.stop] : [])]);
  const leave = await deps.places.enter(moduleId, given).catch(() => undefined);
  if (!leave) return notBegun(run) ?? stopped('Too much is under way with this module. Do it again.');
  try {
    return notBegun(run) ?? (await opened(run, job));
  } finally {
    leave();
  }
}

async function opened(run: Run, { mailbox, origins }: Job): Promise<Found> {
  const { deps, server, deed, limits, trust } = run;
  let inside = false;
  try {
    return await within(server.mailboxMs, limits.signal, (signal) =>
      inMailbox(deps, server, mailbox, signal, (client) => {
        inside = true;
        [trust.accepted, trust.down] = [true, 0];
        return visit(client, server, mailbox, deed, origins);
      }),
    );
  } catch (error) {
    return troubleOf(run, error, inside);
  }
}

const UNSURE: Record<Deed['do'], string> = {
  find: '',
  move: ' It may have been moved all the same.',
  delete: ' It may have been deleted all the same.',
  restore: ' It may have been put back all the same.',
};

/** `inside`: the mailbox was open, and what was to be done may have been. */
async function troubleOf(run: Run, error: unknown, inside: boolean): Promise<Found> {
  const { server, deed, limits, trust } = run;
  if (error instanceof Refused) return refused(run, error);
  const unsure = inside ? UNSURE[deed.do] : '';
  if (error instanceof TimedOut || limits.signal.aborted) {
    const text = `It did not end within ${server.mailboxMs / 1000} seconds.${unsure}`;
    return { state: 'timeout', text, copies: [] };
  }
  const failed: Found = { state: 'failed', text: sentenceOf(error as Error) + unsure, copies: [] };
  if (error instanceof Fault && !inside) {
    trust.down += 1;
    if (error.code === 'address_refused' || trust.down >= DOWN) trust.over = failed;
  }
  return failed;
}

const NO_MAILBOX: Found = {
  state: 'no_mailbox',
  text: 'There is no such mailbox, or none that this log-in may open.',
  copies: [],
};

/**
 * Servers say the same to a wrong password and to a mailbox that there is not. Which of both it is, other mailboxes
 * tell; with a wrong password nothing further is tried, so that no account is locked for it.
 */
async function refused(run: Run, error: Refused): Promise<Found> {
  const { server, trust } = run;
  if (server.logIn !== 'account') {
    trust.tested ??= trust.accepted ? Promise.resolve(true) : testOpens(run);
    if (trust.accepted || (await trust.tested)) return NO_MAILBOX;
  }
  trust.over = { state: 'refused', text: sentenceOf(error), copies: [] };
  return trust.over;
}

async function testOpens({ deps, server, limits }: Run): Promise<boolean> {
  const mailbox = mailboxOf(server.testMailbox, server);
  if (!mailbox) return false;
  try {
    await within(server.mailboxMs, limits.signal, (signal) =>
      inMailbox(deps, server, mailbox, signal, (client) => foldersOf(client, mailbox)),
    );
    return true;
  } catch {
    return false;
  }
}
