/** Who may send to whom. Default: nobody to anywhere. */
import { BlockList, isIP } from 'node:net';
import type { Config } from '@sightline/api';
import { asciiDomain, isRouted, type Mailbox, parseMailbox, write } from './address.ts';

export type Verdict = { ok: true; address: string } | { ok: false; code: number; text: string };

const refuse = (code: number, text: string): Verdict => ({ ok: false, code, text });

/** IPv4 in plain form, also where it came as IPv4-mapped IPv6. */
export const plainIp = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

/** Addresses of the relay networks; entries that are not networks count for nothing. */
export function relayList(networks: string[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [ip = '', bits] = network.split('/');
    const version = isIP(ip);
    if (version === 0) continue;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    const length = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
    if (length >= 0 && length <= (version === 6 ? 128 : 32)) list.addSubnet(ip, length, family);
  }
  return (ip) => isIP(ip) !== 0 && list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether the Recipient Access Table has a domain; `.example.com` stands for every subdomain. */
export function inTable(table: string[], domain: string): boolean {
  return table.some((entry) => {
    if (!entry.startsWith('.')) return asciiDomain(entry) === domain;
    return domain.endsWith(`.${asciiDomain(entry.slice(1))}`);
  });
}

/** Judges one RCPT TO (RFC 5321 sections 3.6 and 7.9). */
export function judgeRecipient(raw: string, relay: boolean, config: Config): Verdict {
  if (raw.toLowerCase() === 'postmaster') return postmaster(config);
  const mailbox = parseMailbox(raw);
  if (!mailbox) return refuse(553, '5.1.3 The recipient address is not valid.');
  if (relay) return { ok: true, address: write(mailbox) };
  if (!inTable(config.recipientDomains, mailbox.domain)) return refuse(550, '5.7.1 Relaying denied.');
  return local(mailbox);
}

function local(mailbox: Mailbox): Verdict {
  if (isRouted(mailbox.local)) return refuse(550, '5.7.1 Relaying denied: source routes are not followed.');
  return { ok: true, address: write(mailbox) };
}

/** The postmaster without a domain is that of the first domain we take mail for (RFC 5321 section 4.5.1). */
function postmaster(config: Config): Verdict {
  const domain = config.recipientDomains.find((entry) => !entry.startsWith('.'));
  if (!domain) return refuse(550, '5.7.1 Relaying denied.');
  return { ok: true, address: `postmaster@${domain}` };
}
