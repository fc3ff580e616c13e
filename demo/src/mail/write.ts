/**
 * Some 300 believable messages from a seed: ordinary correspondence, newsletters, one phishing campaign whose 40
 * messages share subject, link and attachment, mail to people who do not exist, mail that is greylisted first. Eight
 * messages of the campaign wait in the queue, for mailboxes that are full.
 */
import { type Letter, pdf } from './letter.ts';
import { HOME, NEWSLETTERS, PARTNERS, type Partner, type Person, STAFF } from './people.ts';
import { type Random, random } from './random.ts';

export const CAMPAIGN = {
  subject: 'Invoice 88214 is overdue - action required',
  url: 'https://invoice-portal.example.net/pay?ref=88214',
  file: 'Invoice-88214.pdf.html',
  from: 'Accounts Receivable <billing@invoice-portal.example.net>',
  sender: 'billing@invoice-portal.example.net',
  ips: ['127.66.14.3', '127.66.14.9', '127.66.20.77', '127.66.31.5'],
  size: 40,
} as const;

/** Shared mailboxes for which the mailbox server takes nothing now: local parts that begin with `full.` */
const FULL: Person[] = ['accounts', 'archive', 'audit', 'fleet', 'ledger', 'payroll', 'rent', 'travel'].map(
  (name) => ({ name: 'Shared Mailbox', address: `full.${name}@${HOME}` }),
);

/** The first message of a demonstration, as in the quick start. */
export const TEST_MAIL: Letter = {
  kind: 'test',
  ip: '127.10.1.10',
  helo: 'mx.harbourpine.example.org',
  envelope: { from: 'mgmt01@harbourpine.example.org', to: [STAFF[0]?.address ?? `postmaster@${HOME}`] },
  from: 'mgmt01@harbourpine.example.org',
  to: STAFF[0]?.address ?? `postmaster@${HOME}`,
  subject: 'test test',
  messageId: 'quick-start-test@harbourpine.example.org',
  text: 'This is the test mail of the quick start.\n',
};

/** All letters of a seed, in the order in which they should be sent. */
export function letters(seed: number, scale = 1): Letter[] {
  const r = random(seed);
  const id = ids(seed);
  const times = <T>(n: number, make: () => T): T[] =>
    Array.from({ length: Math.max(1, Math.round(n * scale)) }, make);
  const usual = [
    ...times(130, () => correspondence(r, id)),
    ...times(40, () => outgoing(r, id)),
    ...times(66, () => newsletter(r, id)),
    ...times(12, () => unknownRecipient(r, id)),
    ...times(12, () => greylisted(r, id)),
  ];
  const people = Math.round((CAMPAIGN.size - FULL.length) * scale);
  const wave = [...r.some(STAFF, people), ...FULL.slice(0, Math.ceil(FULL.length * scale))];
  return [...r.some(usual, usual.length), ...wave.map((to) => phish(r, id, to))];
}

const full = (p: Person): string => `"${p.name}" <${p.address}>`;

/** Message-IDs that no other message of this seed has. */
function ids(seed: number): (domain: string) => string {
  let n = 0;
  return (domain) => `${seed.toString(36)}.${(++n).toString(36).padStart(4, '0')}@${domain}`;
}
type Ids = ReturnType<typeof ids>;

const TOPICS = [
  [
    'Minutes of {day}',
    'Attached are the minutes of {day}. Please tell me if I left something out.',
    'Minutes.pdf',
  ],
  [
    'Delivery window for order {no}',
    'The lorry for order {no} can be with you on {day} between 8 and 11. Does that suit you?',
    '',
  ],
  [
    'Quotation {no}',
    'Thank you for your enquiry. Our quotation {no} is attached and holds for thirty days.',
    'Quotation-{no}.pdf',
  ],
  [
    'Re: Draft agreement',
    'I have marked two clauses in section 4. The rest reads well to me.',
    'Draft-agreement-v3.pdf',
  ],
  ['Lunch on {day}?', 'Are you in town on {day}? The place by the canal has opened again.', ''],
  [
    'Photographs from the site visit',
    'The photographs are at https://files.{domain}/visit/{no} until the end of the month.',
    '',
  ],
  [
    'Price list, spring',
    'Our spring prices are attached. Paper has gone up by two per cent, the rest is as before.',
    'Prices-spring.pdf',
  ],
  [
    'Re: Re: Access to the warehouse',
    'The gate code changes on {day}. Call the desk when you arrive and they will let you in.',
    '',
  ],
  ['Interview {day}', 'The candidate confirmed {day} at ten. The CV is attached.', 'CV.pdf'],
  ['Rückfrage zur Rechnung {no}', 'Könnten Sie bitte die Position 3 noch einmal prüfen? Vielen Dank!', ''],
] as const;
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;

function filled(r: Random, text: string, domain: string, no: number): string {
  return text.replaceAll('{day}', r.pick(DAYS)).replaceAll('{no}', String(no)).replaceAll('{domain}', domain);
}

function correspondence(r: Random, id: Ids): Letter {
  const partner = r.pick(PARTNERS);
  const to = r.some(STAFF, r.next() < 0.2 ? 2 + r.int(3) : 1);
  return fromPartner(r, id, 'correspondence', partner, to);
}

function fromPartner(r: Random, id: Ids, kind: Letter['kind'], partner: Partner, to: Person[]): Letter {
  const from = r.pick(partner.people);
  const [subject, body, file] = r.pick(TOPICS);
  const no = 10_000 + r.int(80_000);
  const name = filled(r, file, partner.domain, no);
  return {
    kind,
    ip: partner.ip,
    helo: `mx.${partner.domain}`,
    envelope: { from: from.address, to: to.map((p) => p.address) },
    from: full(from),
    to: to.map(full).join(', '),
    subject: filled(r, subject, partner.domain, no),
    messageId: id(partner.domain),
    text: `Hello ${to[0]?.name.split(' ')[0] ?? ''},\n\n${filled(r, body, partner.domain, no)}\n\nBest wishes\n${from.name}\n`,
    ...(name
      ? { attachments: [{ filename: name, contentType: 'application/pdf', content: pdf(`${name} ${no}`) }] }
      : {}),
  };
}

function outgoing(r: Random, id: Ids): Letter {
  const from = r.pick(STAFF);
  const to = r.pick(r.pick(PARTNERS).people);
  return {
    kind: 'outgoing',
    ip: '127.0.0.1',
    helo: `mail.${HOME}`,
    envelope: { from: from.address, to: [to.address] },
    from: full(from),
    to: full(to),
    subject: r.pick(['Thank you', 'Re: Quotation', 'Order confirmation', 'Re: Minutes', 'Address change']),
    messageId: id(HOME),
    text: `Dear ${to.name},\n\nthank you for your message. I will come back to you by ${r.pick(DAYS)}.\n\n${from.name}\n`,
  };
}

function newsletter(r: Random, id: Ids): Letter {
  const source = r.pick(NEWSLETTERS);
  const to = r.pick(STAFF);
  const issue = 40 + r.int(4);
  const link = `https://www.${source.host}/issues/${issue}`;
  return {
    kind: 'newsletter',
    ip: source.ip,
    helo: `out.${source.host}`,
    envelope: { from: `bounce+${issue}@${source.host}`, to: [to.address] },
    from: `${source.name} <${source.address}>`,
    to: full(to),
    subject: `${source.name} #${issue}: ${['What the ports expect', 'Three charts on freight', 'Reading for the train', 'Numbers of the month'][issue % 4]}`,
    messageId: id(source.host),
    text: `Read this issue at ${link}\n\nUnsubscribe: https://www.${source.host}/leave\n`,
    html: `<p>Read this issue <a href="${link}">in your browser</a>.</p><p><a href="https://www.${source.host}/leave">Unsubscribe</a></p>`,
  };
}

function phish(r: Random, id: Ids, to: Person): Letter {
  const page = `<html><body><form action="${CAMPAIGN.url}"><p>Sign in to view invoice 88214.</p></form></body></html>\n`;
  return {
    kind: 'campaign',
    ip: r.pick(CAMPAIGN.ips),
    helo: 'mailer.invoice-portal.example.net',
    envelope: { from: CAMPAIGN.sender, to: [to.address] },
    from: CAMPAIGN.from,
    to: full(to),
    subject: CAMPAIGN.subject,
    messageId: id('invoice-portal.example.net'),
    text: `Dear customer,\n\nyour invoice 88214 is overdue. Pay today to avoid a fee: ${CAMPAIGN.url}\n`,
    html: `<p>Dear customer,</p><p>your invoice <b>88214</b> is overdue. <a href="${CAMPAIGN.url}">Pay today</a> to avoid a fee.</p>`,
    attachments: [{ filename: CAMPAIGN.file, contentType: 'text/html', content: Buffer.from(page) }],
  };
}

/** The mailbox server refuses these for good: local parts that begin with `gone.` */
function unknownRecipient(r: Random, id: Ids): Letter {
  const gone = {
    name: 'Former Colleague',
    address: `gone.${r.pick(['smith', 'weber', 'rossi', 'nguyen'])}@${HOME}`,
  };
  return fromPartner(r, id, 'unknown-recipient', r.pick(PARTNERS), [gone]);
}

/** The mailbox server refuses these at first and takes them later: local parts that begin with `busy.` */
function greylisted(r: Random, id: Ids): Letter {
  const busy = {
    name: 'Shared Mailbox',
    address: `busy.${r.pick(['sales', 'office', 'jobs', 'press'])}@${HOME}`,
  };
  return fromPartner(r, id, 'greylisted', r.pick(PARTNERS), [busy]);
}
