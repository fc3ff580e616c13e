/** The Recipient Access Table: whose mail is taken. Default: nobody's. */
import { type Config, recipientOf } from '@sightline/api';
import { asciiDomain, isRouted, type Mailbox, parseMailbox, write } from './address.ts';

export type Verdict =
  /** `unmetered`: the limit of recipients per hour does not count it. */
  | { ok: true; address: string; unmetered: boolean }
  /** `invalid`: one who guesses addresses gets this answer; it counts for the harvest limit. */
  | { ok: false; code: number; text: string; invalid: boolean };

interface Entry {
  accept: boolean;
  reply: string;
  unmetered: boolean;
}

export interface Rat {
  /** The first entry that fits; ALL is the last resort, wherever it stands. */
  find(mailbox: Mailbox): Entry | undefined;
  /** The first domain that is accepted; the postmaster without a domain is there (RFC 5321 section 4.5.1). */
  domain: string | undefined;
}

/** Entries by what they name, each with its place in the order. */
export function recipientAccessTable({ recipientTable, recipientDomains }: Config): Rat {
  const simple = recipientDomains.map((recipient) => ({
    recipient,
    action: 'accept' as const,
    reply: '',
    bypassThrottle: false,
  }));
  const places = new Map<string, number>();
  const entries: Entry[] = [];
  let home: string | undefined;
  for (const { recipient, action, reply, bypassThrottle } of [...recipientTable, ...simple]) {
    const key = keyOf(recipient);
    if (key === undefined || places.has(key)) continue;
    places.set(key, entries.length);
    entries.push({ accept: action === 'accept', reply, unmetered: bypassThrottle });
    if (action === 'accept' && key.startsWith('=')) home ??= key.slice(1);
  }
  return {
    find: (mailbox) => {
      const at = (key: string): number => places.get(key) ?? Number.POSITIVE_INFINITY;
      const domains = domainKeys(mailbox).map(at);
      const ours = domains.some((place) => entries[place]?.accept);
      const user = userKeys(mailbox).map(at);
      // `user@` names nobody in domains that are not ours: it does not make us relay to them.
      const fits = user.filter((place, i) => i === 0 || ours || entries[place]?.accept === false);
      return entries[Math.min(...fits, ...domains)] ?? entries[at('*')];
    },
    domain: home,
  };
}

/** Whether mail to an address is taken from anybody. */
export function isOurs(rat: Rat, address: string): boolean {
  const mailbox = parseMailbox(address, true);
  return mailbox !== undefined && rat.find(mailbox)?.accept === true;
}

/** `*`, `=domain`, `.domain`, `user@domain`, `user@`; undefined where the text is no entry. */
function keyOf(text: string): string | undefined {
  const one = recipientOf(text);
  switch (one?.kind) {
    case 'all':
      return '*';
    case 'domain':
      return `=${asciiDomain(one.domain)}`;
    case 'subdomains':
      return `.${asciiDomain(one.suffix.slice(1))}`;
    case 'address':
      return `${one.local}@${asciiDomain(one.domain)}`;
    case 'user':
      return `${one.local}@`;
    default:
      return undefined;
  }
}

function userKeys({ local, domain }: Mailbox): string[] {
  const user = local.normalize('NFC').toLowerCase();
  return [`${user}@${domain}`, `${user}@`];
}

function domainKeys({ domain }: Mailbox): string[] {
  const labels = domain.split('.');
  return [`=${domain}`, ...labels.slice(1).map((_, i) => `.${labels.slice(i + 1).join('.')}`)];
}

const refuse = (code: number, text: string, invalid = false): Verdict => ({ ok: false, code, text, invalid });
const DENIED = 'Relaying denied.';

export interface Asking {
  relay: boolean;
  /** The client said SMTPUTF8. */
  utf8: boolean;
}

/** Judges one RCPT TO (RFC 5321 sections 3.6 and 7.9, RFC 6531 section 3.5). */
export function judgeRecipient(raw: string, { relay, utf8 }: Asking, rat: Rat): Verdict {
  if (raw.toLowerCase() === 'postmaster') return postmaster(rat);
  const mailbox = parseMailbox(raw, true);
  if (!mailbox) return refuse(553, '5.1.3 The recipient address is not valid.', true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (!utf8 && !/^[\x00-\x7f]*$/.test(mailbox.local))
    return refuse(553, '5.6.7 An address with other than ASCII characters needs SMTPUTF8.');
  if (relay) return { ok: true, address: write(mailbox), unmetered: false };
  const entry = rat.find(mailbox);
  if (!entry?.accept) return denied(entry);
  if (isRouted(mailbox.local))
    return refuse(550, `5.7.1 ${DENIED.slice(0, -1)}: source routes are not followed.`);
  return { ok: true, address: write(mailbox), unmetered: entry.unmetered };
}

/** `550 5.1.1 text` or the text alone, as the entry has it. */
function denied(entry: Entry | undefined): Verdict {
  const [, code = '550', status, text = ''] =
    /^(?:([45]\d\d)(?: |$))?(?:([45]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$/.exec(entry?.reply ?? '') ?? [];
  return refuse(Number(code), `${status ?? `${code[0]}.7.1`} ${text || DENIED}`, true);
}

function postmaster({ domain }: Rat): Verdict {
  if (domain === undefined) return refuse(550, `5.7.1 ${DENIED}`, true);
  return { ok: true, address: `postmaster@${domain}`, unmetered: true };
}
