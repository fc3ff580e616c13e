/**
 * Generated mail for benchmarks: a month of a gateway's messages. Each message is made from its number alone, so none
 * is ever kept: 30 % belong to campaigns (a subject, files, URLs, a sender's domain and a few addresses in common),
 * 50 % are exchanged with regular correspondents by a power law, some of it outgoing, 20 % are strangers' one-offs.
 * Names are made of syllables under reserved top-level domains; nothing of it exists.
 */
import type { Attachment, Direction, LookupKey, Reply, TrackEvent } from '../packages/api/src/index.ts';

/** What all messages of a benchmark follow from. */
export interface World {
  seed: number;
  /** Messages of the month. Numbers beyond it arrive after `end`, 5,000 a second. */
  messages: number;
  /** Epoch milliseconds. */
  end: number;
}

export interface Mail {
  mid: number;
  icid: number;
  at: number;
  direction: Direction;
  sender: string;
  headerFrom: string;
  recipients: string[];
  ip: string;
  reverseDns: string;
  subject: string;
  messageId: string;
  attachments: Attachment[];
  urls: { url: string; host: string }[];
  size: number;
  fate: 'delivered' | 'deferred' | 'bounced' | 'quarantined' | 'dropped';
}

/** Random numbers that follow from a seed, a purpose and a number (mulberry32). */
export class Draw {
  private state: number;

  constructor(seed: number, purpose: number, n: number) {
    this.state = scramble(scramble(scramble(seed) ^ purpose) ^ n ^ Math.floor(n / 0x1_0000_0000));
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** Below `n` by a power law: 0 comes far more often than the others. */
  skewed(n: number): number {
    return Math.floor(n * this.next() ** 3);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += (0x1_0000_0000 + this.next() * 0x1_0000_0000).toString(16).slice(1, 9);
    return text.slice(0, digits);
  }
}

function scramble(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) + 0x9e37_79b9;
}

const purpose = { mail: 1, campaign: 2, correspondent: 3 };

/** Days of the month. */
const MONTH = 30 * 86_400_000;
/** Events of a message have numbers of a block of its own; those of its delivery come while later ones arrive. */
const BLOCK = 32;
/** So many messages arrive between a message's acceptance and its delivery. */
export const LAG = 200;

const SYLLABLES =
  'ba ker lin to mar sen di fol gu hal ir jo kan le mi nor o par que ran sil ta un ver wo xan ye zor be cal dor el fin ga hu is ja kol lu men na os pel re sto tri ul vi wan sho pro ster con der ing ate ment ly tor bri chu'.split(
    ' ',
  );
/** In every tenth subject. */
const TOPICS =
  'invoice payment order delivery contract meeting report statement reminder account offer update password security project review schedule travel budget newsletter'.split(
    ' ',
  );
const TLDS = ['example', 'test', 'co.example', 'net.test', 'invalid'];
const TYPES = [
  ['pdf', 'application/pdf'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['zip', 'application/zip'],
  ['png', 'image/png'],
] as const;
export const OWN_DOMAINS = ['corp.example', 'corp-group.example', 'subsidiary.test'];
const USERS = 20_000;
const DOMAINS = 300_000;
const CORRESPONDENTS = 200_000;
/** Messages in the time of which a campaign begins and ends; and how many of them run in it. */
const WAVE = 20_000;
const CAMPAIGNS = 40;
/** Campaigns that go on all month. */
const STANDING = 200;

/** A number in syllables, two at least. */
function syllables(n: number): string {
  let text = SYLLABLES[n % 60] as string;
  let rest = Math.floor(n / 60);
  do {
    text += SYLLABLES[rest % 60];
    rest = Math.floor(rest / 60);
  } while (rest > 0);
  return text;
}

const word = (draw: Draw): string => {
  const length = draw.next();
  if (length < 0.3) return syllables(draw.below(3600));
  return syllables(3600 + draw.below(length < 0.8 ? 212_400 : 12_744_000));
};
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function subjectOf(draw: Draw): string {
  const words = Array.from({ length: 3 + draw.below(4) }, () => word(draw));
  if (draw.chance(0.1)) words[draw.below(words.length)] = draw.pick(TOPICS);
  if (draw.chance(0.25)) words.push(String(1000 + draw.below(900_000)));
  return (draw.chance(0.2) ? 'Re: ' : '') + capital(words.join(' '));
}

export const domainName = (n: number): string => `${syllables(n)}.${TLDS[n % TLDS.length]}`;
const userName = (n: number): string =>
  `${syllables((scramble(n) >>> 0) % 3600)}.${syllables(3600 + n)}@${OWN_DOMAINS[n % OWN_DOMAINS.length]}`;
const address4 = (n: number): string =>
  `${11 + ((n >>> 24) % 180)}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;

/** Relays of a domain: two addresses. */
const relayOf = (domain: number, which: number): string => address4(scramble(domain * 2 + which) >>> 0);

function attachmentOf(draw: Draw): Attachment {
  const [extension, type] = draw.pick(TYPES);
  const name = draw.chance(0.4)
    ? `${syllables(draw.below(3600))}.${extension}`
    : `${word(draw)}-${draw.below(10_000)}.${extension}`;
  const size = 1000 + draw.below(900_000);
  return { name, type, size, sha256: draw.hex(64), md5: draw.hex(32), sha1: draw.hex(40) };
}

const urlOf = (draw: Draw, domain: number) => {
  const host = (draw.chance(0.5) ? 'www.' : '') + domainName(domain);
  return { url: `https://${host}/${word(draw)}/${draw.hex(10)}`, host };
};

interface Campaign {
  subject: string;
  domain: number;
  headerFrom: string;
  relays: string[];
  attachment: Attachment | undefined;
  urls: Mail['urls'];
  fate: Mail['fate'];
}

/** A few are kept, since they come again at once. */
const campaigns = new Map<string, Campaign>();

function campaign(world: World, id: number): Campaign {
  const key = `${world.seed} ${id}`;
  const known = campaigns.get(key);
  if (known) return known;
  const draw = new Draw(world.seed, purpose.campaign, id);
  const domain = draw.below(DOMAINS);
  const made: Campaign = {
    subject: subjectOf(draw),
    domain,
    headerFrom: `${word(draw)}@${domainName(draw.chance(0.5) ? domain : draw.below(DOMAINS))}`,
    relays: Array.from({ length: 4 }, () => address4(draw.below(0x1_0000_0000))),
    attachment: draw.chance(0.4) ? attachmentOf(draw) : undefined,
    urls: Array.from({ length: 1 + draw.below(3) }, () => urlOf(draw, domain)),
    fate: draw.chance(0.2) ? 'quarantined' : 'delivered',
  };
  if (campaigns.size > 2000) campaigns.clear();
  campaigns.set(key, made);
  return made;
}

/** Number of the campaign that a campaign message belongs to. */
function campaignId(draw: Draw, n: number): number {
  if (draw.chance(0.3)) return draw.skewed(STANDING);
  return STANDING + Math.floor(n / WAVE) * CAMPAIGNS + draw.skewed(CAMPAIGNS);
}

/** When message `n` arrives. */
export function arrival({ messages, end }: World, n: number, fraction = 0.5): number {
  if (n > messages) return end + Math.floor((n - messages) / 5);
  return end - MONTH + Math.floor((n - 1 + fraction) * (MONTH / messages));
}

/** Before the first message. */
export const beginning = ({ end }: World): number => end - MONTH;

/** Message `n`, from 1 on. */
export function mail(world: World, n: number): Mail {
  const draw = new Draw(world.seed, purpose.mail, n);
  const base = {
    mid: n,
    icid: n + 100,
    at: arrival(world, n, draw.next()),
    size: 2000 + draw.below(90_000),
    recipients: internals(draw),
  };
  const kind = draw.next();
  if (kind < 0.3) return { ...base, ...ofCampaign(world, draw, n) };
  if (kind < 0.8) return { ...base, ...regular(world, draw, base.recipients) };
  return { ...base, ...stranger(draw) };
}

/** One in four of five messages, up to five. */
function internals(draw: Draw): string[] {
  const count = draw.chance(0.8) ? 1 : 2 + draw.below(4);
  const users = new Set<number>();
  while (users.size < count) users.add(draw.skewed(USERS));
  return [...users].map(userName);
}

type Rest = Omit<Mail, 'mid' | 'icid' | 'at' | 'size' | 'recipients'>;

function ofCampaign(world: World, draw: Draw, n: number): Rest {
  const c = campaign(world, campaignId(draw, n));
  const domain = domainName(c.domain);
  return {
    direction: 'incoming',
    // a few senders come again
    sender: `${syllables(draw.skewed(300))}@${domain}`,
    headerFrom: c.headerFrom,
    ip: draw.pick(c.relays),
    reverseDns: '',
    subject: c.subject,
    messageId: `${draw.hex(24)}@${domain}`,
    attachments: c.attachment ? [c.attachment] : [],
    urls: c.urls,
    fate: c.fate,
  };
}

function regular(world: World, draw: Draw, users: string[]): Rest & { recipients: string[] } {
  const who = draw.skewed(CORRESPONDENTS);
  const peer = new Draw(world.seed, purpose.correspondent, who);
  const number = peer.skewed(DOMAINS);
  const domain = domainName(number);
  const address = `${word(peer)}.${word(peer)}@${domain}`;
  const outgoing = draw.chance(0.25);
  const own = users[0] as string;
  return {
    direction: outgoing ? 'outgoing' : 'incoming',
    sender: outgoing ? own : address,
    headerFrom: outgoing ? own : address,
    recipients: outgoing ? [address] : users,
    ip: outgoing ? '192.168.10.5' : relayOf(number, draw.below(2)),
    reverseDns: outgoing ? 'mail.corp.example' : `mx${1 + draw.below(2)}.${domain}`,
    subject: draw.chance(0.03) ? `${capital(draw.pick(TOPICS))} ${word(peer)}` : subjectOf(draw),
    messageId: `${draw.hex(24)}@${outgoing ? own.slice(own.indexOf('@') + 1) : domain}`,
    attachments: draw.chance(0.25) ? [attachmentOf(draw)] : [],
    urls: draw.chance(0.4) ? [urlOf(draw, number)] : [],
    fate: regularFate(draw),
  };
}

function regularFate(draw: Draw): Mail['fate'] {
  const fate = draw.next();
  if (fate < 0.03) return 'deferred';
  return fate < 0.05 ? 'bounced' : 'delivered';
}

function stranger(draw: Draw): Rest {
  const number = draw.below(DOMAINS);
  const domain = domainName(number);
  const sender = `${word(draw)}@${domain}`;
  return {
    direction: 'incoming',
    sender,
    headerFrom: draw.chance(0.7) ? sender : `${word(draw)}@${domainName(draw.below(DOMAINS))}`,
    ip: address4(draw.below(0x1_0000_0000)),
    reverseDns: draw.chance(0.5) ? `host-${draw.below(9999)}.${domain}` : '',
    subject: subjectOf(draw),
    messageId: `${draw.hex(24)}@${domain}`,
    attachments: draw.chance(0.1) ? [attachmentOf(draw)] : [],
    urls: draw.chance(0.6) ? [urlOf(draw, draw.below(DOMAINS))] : [],
    fate: draw.chance(0.3) ? 'dropped' : 'delivered',
  };
}

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);

/** What a message can be looked up by. A value may come twice. */
export const valuesOf: Record<LookupKey, (m: Mail) => string[]> = {
  mid: (m) => [String(m.mid)],
  ip: (m) => [m.ip],
  domain: (m) => [
    domainOf(m.sender),
    domainOf(m.headerFrom),
    ...(m.direction === 'outgoing' ? m.recipients.map(domainOf) : []),
    ...m.urls.map((u) => u.host),
  ],
  address: (m) => [m.sender, m.headerFrom, ...m.recipients],
  subject: (m) => [m.subject],
  message_id: (m) => [m.messageId],
  sha256: (m) => m.attachments.map((a) => a.sha256),
  file_name: (m) => m.attachments.map((a) => a.name),
  url: (m) => m.urls.map((u) => u.url),
  md5: (m) => m.attachments.map((a) => a.md5 ?? ''),
  sha1: (m) => m.attachments.map((a) => a.sha1 ?? ''),
};

type Draft = TrackEvent extends infer E ? (E extends TrackEvent ? Omit<E, 'seq' | 'mid'> : never) : never;

const numbered = (mid: number, first: number, drafts: Draft[]): TrackEvent[] =>
  drafts.map((d, i) => ({ ...d, seq: first + i, mid }) as TrackEvent);

/** What happens to a message until it is queued or held. */
export function acceptance(m: Mail): TrackEvent[] {
  const { at } = m;
  const spam = m.fate === 'dropped' || m.fate === 'quarantined';
  const clean = { type: 'verdict' as const, at, verdict: 'clean' as const, names: [] as string[] };
  return numbered(m.mid, m.mid * BLOCK, [
    {
      type: 'accepted',
      at,
      icid: m.icid,
      direction: m.direction,
      sender: m.sender,
      recipients: m.recipients.map((address, rid) => ({ rid, address })),
      ip: m.ip,
      reverseDns: m.reverseDns,
      helo: m.reverseDns || domainOf(m.sender),
      senderGroup: m.direction === 'outgoing' ? 'RELAYLIST' : 'UNKNOWNLIST',
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
      size: m.size,
    },
    {
      type: 'headers',
      at,
      subject: m.subject,
      messageId: m.messageId,
      headerFrom: [m.headerFrom],
      replyTo: [],
      parse: 'complete',
    },
    ...m.attachments.map((attachment) => ({ type: 'attachment', at, attachment }) as const),
    ...m.urls.map(({ url }) => ({ type: 'url', at, url }) as const),
    { ...clean, engine: 'dmarc', category: 'authentication' },
    { ...clean, engine: 'antivirus', category: 'virus' },
    { ...clean, engine: 'content' },
    ...(m.attachments.length > 0 ? [{ ...clean, engine: 'files', category: 'file' } as const] : []),
    {
      type: 'verdict',
      at,
      engine: 'antispam',
      category: 'spam',
      verdict: spam ? 'positive' : 'clean',
      names: [],
      score: m.size % 10,
    },
    held(m) ?? { type: 'queued', at },
  ]);
}

function held({ fate, at }: Mail): Draft | undefined {
  if (fate === 'quarantined') return { type: 'quarantined', at, quarantine: 'Policy', reason: 'campaign' };
  return fate === 'dropped' ? { type: 'dropped', at, by: 'antispam', reason: '' } : undefined;
}

/** What happens to it afterwards, seconds later; nothing to a message that was held. */
export function delivery(m: Mail): TrackEvent[] {
  if (held(m)) return [];
  const at = m.at + 300 + (m.size % 1700);
  const dcid = m.mid + 7;
  const host = m.direction === 'outgoing' ? `mx1.${domainOf(m.recipients[0] ?? '')}` : 'mailbox.corp.example';
  const contact = { dcid, rids: m.recipients.map((_, rid) => rid), host, port: 25, ip: '192.168.10.9' };
  const queue = (m.mid * 2_654_435_761).toString(36).toUpperCase().slice(-11);
  const ok: Reply = { code: 250, status: '2.0.0', text: `Ok: queued as ${queue}` };
  const outcome = (type: 'delivered' | 'bounced', when: number, reply: Reply) =>
    m.recipients.map((_, rid): Draft => ({ type, at: when, dcid, rid, reply }));
  const no: Reply = { code: 550, status: '5.1.1', text: 'User unknown' };
  const wait: Reply = { code: 451, status: '4.7.1', text: 'Greylisted, try again later' };
  const retryAt = at + 300_000;
  const drafts: Draft[] = [{ type: 'attempt', at, ...contact }];
  if (m.fate === 'deferred') {
    drafts.push({ type: 'deferred', at, dcid, rid: 0, reply: wait, retryAt });
    drafts.push({ type: 'attempt', at: retryAt, ...contact });
  }
  const when = m.fate === 'deferred' ? retryAt : at + 90;
  drafts.push(...(m.fate === 'bounced' ? outcome('bounced', when, no) : outcome('delivered', when, ok)));
  return numbered(m.mid, (m.mid + LAG) * BLOCK + BLOCK / 2, [...drafts, { type: 'finished', at: when }]);
}

/** The message as a text log has it, five or six lines with everything that it can be looked up by. */
export function logLines(m: Mail): string {
  const time = new Date(m.at).toUTCString();
  const to = m.recipients.map((r) => `<${r}>`).join(' ');
  const found = [
    ...m.attachments.map((a) => `attachment '${a.name}' SHA256 ${a.sha256}`),
    ...m.urls.map(({ url }) => `URL ${url}`),
  ];
  const lines = [
    `New SMTP ICID ${m.icid} interface Mail address ${m.ip} reverse dns host ${m.reverseDns || 'unknown'} verified yes`,
    `Start MID ${m.mid} ICID ${m.icid} From: <${m.sender}> To: ${to}`,
    `MID ${m.mid} ready ${m.size} bytes from <${m.headerFrom}> Message-ID '<${m.messageId}>' Subject '${m.subject}'`,
    ...(found.length > 0 ? [`MID ${m.mid} ${found.join(' ')}`] : []),
    `MID ${m.mid} using engine: antispam verdict ${m.fate === 'dropped' ? 'positive' : 'negative'}, antivirus CLEAN, DMARC pass`,
    `Message done DCID ${m.mid + 7} MID ${m.mid} to RID [0] '250 2.0.0 Ok' ${m.fate}`,
  ];
  return lines.map((line) => `${time} Info: ${line}\n`).join('');
}
