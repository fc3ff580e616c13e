/** From what was found in a message to what becomes of it. Pure. */
import type { Config, ContentFilter, MailPolicy, Verdict } from '@sightline/api';
import type { Head } from '../queue/message.ts';
import type { Examined } from '../scan/engine.ts';
import type { Copy, Decision, Fate } from './decision.ts';
import { type Note, silent } from './note.ts';
import { policyFor } from './party.ts';
import { type Treatment, treat, type Whole } from './treat.ts';

/** Most Received headers before a message counts as going in circles (RFC 5321 section 6.3). */
const MOST_HOPS = 100;
const LOOP = {
  code: 554,
  status: '5.4.6',
  text: 'The message has passed too many hosts; it may go in circles.',
};

type Rules = Pick<Config, 'policies' | 'filters'>;

interface Treated extends Treatment {
  rids: number[];
  policy: string;
}

/** @param note is told each step */
export function decide(
  rules: Rules,
  head: Head,
  size: number,
  examined: Examined,
  note: Note = silent,
): Decision {
  if (examined.found.hops > MOST_HOPS) return { do: 'refuse', reply: LOOP, by: 'loop check', why: [] };
  const treated = groups(rules, head).map(({ policy, rids }): Treated => {
    const recipients = head.recipients.filter(({ rid }) => rids.includes(rid)).map((one) => one.address);
    note({ step: `Policy ${policy.name}`, text: `for ${recipients.join(', ')}` });
    return { ...treat(policy, { head, recipients, size, examined }, note), rids, policy: policy.name };
  });
  return refusal(treated) ?? { do: 'take', copies: treated.map((one) => copyOf(one, rules, head)) };
}

/** Recipients by policy, in the order of the first of each. */
function groups({ policies, filters }: Rules, head: Head): { policy: Whole; rids: number[] }[] {
  const { ordered, default: last } = policies[head.direction];
  const found = new Map<MailPolicy | undefined, number[]>();
  for (const { rid, address } of head.recipients) {
    const policy = policyFor(ordered, head.sender, address);
    found.set(policy, [...(found.get(policy) ?? []), rid]);
  }
  return [...found].map(([policy, rids]) => ({ policy: whole(policy, last, filters[head.direction]), rids }));
}

type Last = Rules['policies']['incoming']['default'];
function whole(policy: MailPolicy | undefined, last: Last, filters: readonly ContentFilter[]): Whole {
  const names = policy?.filters ?? last.filters;
  const own = Object.entries(policy?.verdicts ?? {}).filter(([, action]) => action !== null);
  return {
    name: policy?.name ?? 'DEFAULT',
    verdicts: { ...last.verdicts, ...(Object.fromEntries(own) as Partial<Record<Verdict, never>>) },
    filters: filters.filter((one) => names.includes(one.name)),
  };
}

/**
 * Before the 250 there is one answer for all recipients: one that is to be put off puts off the message, since
 * nobody has it yet; a rejection needs all of them.
 */
function refusal(treated: Treated[]): Decision | undefined {
  const wishes = treated.map((one) => one.wish);
  const defer = wishes.find((one) => one.do === 'defer');
  const rejects = wishes.filter((one) => one.do === 'reject');
  const one = defer ?? (rejects.length === wishes.length ? rejects[0] : undefined);
  if (!one || !('reply' in one)) return undefined;
  const why = treated.filter((each) => each.wish.do === one.do).flatMap((each) => each.why);
  return { do: 'refuse', reply: one.reply, by: one.by, why: [...new Set(why)] };
}

function copyOf({ wish, ...rest }: Treated, { policies }: Rules, { sender }: Head): Copy {
  return { ...rest, fate: fateOf(wish, policies.partialReject === 'bounce' && sender !== '') };
}

function fateOf(wish: Treatment['wish'], bounces: boolean): Fate {
  if (!('reply' in wish)) return wish;
  const { by, reply } = wish;
  return bounces ? { do: 'bounce', by, reply } : { do: 'drop', by, reason: `rejected: ${reply.text}` };
}
