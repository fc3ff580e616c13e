/** Does in mailboxes what was asked: whose mailboxes, within the limits, and what came of it. */
import { fail, MAILBOX_ACTIONS } from '@sightline/api';
import { Observable } from '@sightline/ctim';
import { z } from 'zod';
import type { Instance, Limits, Order, Outcome, Problem, Undo } from '../kind.ts';
import { type Delivery, deliveries, type TrackDeps } from './delivered.ts';
import type { Deed } from './mailbox.ts';
import { mailboxesOf, served } from './recipient.ts';
import { type Done, everywhere, type Job, type RunDeps } from './run.ts';
import { isBad, problemsOf, said } from './say.ts';
import { type MailServer, serverOf } from './settings.ts';

const Origins = z
  .string()
  .max(1_000_000)
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('origins: it is no JSON');
      return z.NEVER;
    }
  })
  .pipe(z.array(z.tuple([z.string().max(320), z.string().min(1).max(1000)])).max(20_000));

const MailboxQuery = z.object({
  observable_type: z.literal('email_messageid', 'only a Message-ID can be looked for in mailboxes'),
  observable_value: z.string().min(1).max(8192),
  reason: z.string().trim().min(1, 'reason: enter one').max(500).default('Response action'),
  source: z.string().trim().max(150).default(''),
  /** Addresses with commas between them; all that tracking knows, if left out. */
  recipients: z
    .string()
    .max(200_000)
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim().toLowerCase())
        .filter(Boolean),
    )
    .optional(),
  /** Of restoring: address and folder of each copy. */
  origins: Origins.optional(),
});
type MailboxQuery = z.infer<typeof MailboxQuery>;

interface Asked {
  action: string;
  query: Record<string, string>;
  order: Order;
}

const deedOf = (action: string): Deed['do'] | undefined =>
  (Object.keys(MAILBOX_ACTIONS) as Deed['do'][]).find((one) => MAILBOX_ACTIONS[one] === action);

/** @throws `action_unknown`, `action_input` */
export async function triggered(
  deps: TrackDeps & RunDeps,
  instance: Instance,
  { action, query: given, order }: Asked,
  limits: Limits,
): Promise<Outcome> {
  const wrong = (reason: string) => fail('action_input', { module: instance.name, reason });
  const what = deedOf(action);
  if (!what) throw fail('action_unknown', { module: instance.name });
  const parsed = MailboxQuery.safeParse(given);
  if (!parsed.success) throw wrong(parsed.error.issues[0]?.message ?? 'what was sent with it is not valid');
  const query = parsed.data;
  const observable = Observable.safeParse({ type: query.observable_type, value: query.observable_value });
  if (!observable.success || (what === 'restore' && !query.origins)) throw wrong('something is missing');
  const server = serverOf(instance.settings);
  const { of, errors } = await deliveries(deps, instance, [observable.data], limits);
  const delivery = of(observable.data);
  const { jobs, aside } = jobsOf(query, delivery, server);
  if (jobs.length === 0 && aside.length === 0)
    throw wrong('message tracking knows no recipient of the domains of this module that it was delivered to');
  if (jobs.length > server.mostMailboxes)
    throw wrong(
      `it would be about ${jobs.length} mailboxes, and its settings allow ${server.mostMailboxes} at once; name fewer recipients or raise the limit`,
    );
  order.tell?.({
    type: 'mailboxes',
    mailboxes: [...jobs.map(({ mailbox }) => mailbox.addresses), ...aside.map(({ addresses }) => addresses)],
  });
  for (const mailbox of aside) order.tell?.({ type: 'mailbox', mailbox });
  const deed: Deed = { do: what, messageIds: delivery.messageIds };
  const done = await everywhere({ deps, moduleId: instance.id, server, deed, limits, order }, jobs);
  return outcome(done, aside, errors, { server, query });
}

type Aside = Done['result'][];

/** The mailboxes that are opened; recipients that none is opened for are told why. */
function jobsOf(
  { recipients, origins }: MailboxQuery,
  delivery: Delivery,
  server: MailServer,
): { jobs: Job[]; aside: Aside } {
  const all = served(delivery.recipients, server);
  const known = new Set(all);
  const named = origins ? origins.map(([address]) => address) : recipients;
  const asked = named ? served(named, server) : all;
  const { mailboxes, strange } = mailboxesOf(
    asked.filter((one) => known.has(one)),
    server,
  );
  const unknown = asked.filter((one) => !known.has(one));
  return {
    jobs: mailboxes.map((mailbox) => ({
      mailbox,
      origins: (origins ?? []).filter(([one]) => mailbox.addresses.includes(one)).map(([, folder]) => folder),
    })),
    aside: [
      ...unknown.map((one) =>
        aside(one, 'unknown', 'Message tracking does not know that it was delivered to it.'),
      ),
      ...strange.map((one) => aside(one, 'failed', 'No name of a mailbox can be made of this address.')),
    ],
  };
}

const aside = (address: string, state: 'unknown' | 'failed', text: string): Aside[number] => ({
  addresses: [address],
  state,
  text,
  copies: [],
});

function outcome(
  done: readonly Done[],
  others: Aside,
  errors: readonly Problem[],
  { server, query }: { server: MailServer; query: MailboxQuery },
): Outcome {
  const results = [...done.map(({ result }) => result), ...others];
  const undo = undoOf(done, query);
  return {
    status: results.some(isBad) ? 'failure' : 'success',
    text: said(results, server.host),
    errors: [...problemsOf(results), ...errors],
    ...(undo ? { undo: [undo] } : {}),
  };
}

/** Moves what was moved back to where it was. */
function undoOf(
  done: readonly Done[],
  { observable_type, observable_value }: MailboxQuery,
): Undo | undefined {
  const origins = done.flatMap(
    ({
      mailbox: {
        addresses: [address = ''],
      },
      movedFrom,
    }) => movedFrom.map((folder) => [address, folder]),
  );
  if (origins.length === 0) return undefined;
  return {
    action: MAILBOX_ACTIONS.restore,
    query: { observable_type, observable_value, origins: JSON.stringify(origins) },
  };
}
