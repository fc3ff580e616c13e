/** The first look at a client: its sender group, and with it all that it may do. */
import type { SMTPServerSession } from 'smtp-server';
import { leadsBack, reverseName } from './dns.ts';
import type { ListenerParts } from './parts.ts';
import { Refusal } from './refusal.ts';
import { ipOf, type Peer } from './session.ts';

type AdmitParts = Pick<
  ListenerParts,
  'settings' | 'tables' | 'meters' | 'dns' | 'limits' | 'next' | 'blocklisted'
>;

export async function meet(parts: AdmitParts, session: SMTPServerSession, icid?: number): Promise<Peer> {
  const { settings, tables, meters, dns, limits, next } = parts;
  const ip = ipOf(session);
  const reverseDns = reverseName(dns, ip, limits.reverseDnsMs);
  const match = await tables().hat(settings(), {
    ip,
    host: async () => {
      const name = await reverseDns;
      return (await leadsBack(dns, name, ip, limits.reverseDnsMs)) ? name : '';
    },
    listed: (zone) => meters.lists(ip, zone),
  });
  return {
    icid: icid ?? next('icid'),
    ip,
    group: match.group,
    policy: match.policy,
    maxSize: Math.min(settings().maxSize, match.policy.maxSize),
    reverseDns,
    messages: 0,
    receiving: false,
    failures: 0,
    refused: { sender: '', recipients: [] },
  };
}

/** @throws Refusal of the connection; `drop`: it is to end without an answer */
export function admit(parts: AdmitParts, peer: Peer, open: number): { drop: boolean } {
  const { settings } = parts;
  const { policy } = peer;
  keepOut(parts, peer);
  const { connectionsPerIp, delayedRejection } = settings();
  const relay = policy.behavior === 'RELAY';
  const most = relay ? policy.connections : Math.min(policy.connections, connectionsPerIp);
  if (policy.behavior === 'TCPREFUSE') return { drop: true };
  if (policy.behavior === 'REJECT' && !delayedRejection) throw blocked(peer);
  if (open > most)
    throw new Refusal(421, '4.7.0 Too many connections from your address.', { by: 'the connection limit' });
  return { drop: false };
}

/** A client on the blocklist goes: at its connection, or with its next message when the entry came later. */
export function keepOut({ blocklisted }: Pick<AdmitParts, 'blocklisted'>, { ip }: Pick<Peer, 'ip'>): void {
  const entry = blocklisted?.(ip);
  if (entry)
    throw new Refusal(554, '5.7.1 Your address is not allowed to send mail here.', {
      by: entry.id,
      hangUp: true,
    });
}

export const blocked = ({ policy, group }: Peer): Refusal =>
  new Refusal(554, `5.7.1 ${policy.reply || 'Your address is not allowed to send mail here.'}`, {
    by: `sender group ${group}`,
  });
