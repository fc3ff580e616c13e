/** The Host Access Table: which sender group a client belongs to, and so which mail flow policy it gets. */
import {
  type Config,
  type FlowPolicy,
  flowPolicyOf,
  type Listener,
  RELAYLIST,
  type SenderGroup,
  senderOf,
  UNKNOWNLIST,
} from '@sightline/api';
import { inNetworks } from './network.ts';

interface Row {
  name: string;
  policy: FlowPolicy;
  /** On which listeners it counts; empty: all. */
  listeners: string[];
  everybody: boolean;
  has(ip: string): boolean;
  hosts: Set<string>;
  domains: string[];
  zones: string[];
}

export interface Match {
  group: string;
  policy: FlowPolicy;
  /** The entry that took the client, `ALL` where none did. */
  by: string;
}

/** What is known of a client, and what can be asked about it. */
export interface Client {
  ip: string;
  /** Name in reverse DNS that leads back to the address, '' without one. */
  host(): Promise<string>;
  listed(zone: string): Promise<boolean>;
}

export type Hat = (listener: Listener, client: Client) => Promise<Match>;

/** Groups count in their order; those of a CONTINUE policy take nobody. */
export function hostAccessTable(config: Config): Hat {
  const rows = groups(config)
    .map((group) => row(group, config))
    .filter(({ policy }) => policy.behavior !== 'CONTINUE');
  return async (listener, client) => {
    const here = rows.filter(({ listeners }) => listeners.length === 0 || listeners.includes(listener.name));
    const sure = here.findIndex((one) => one.everybody || one.has(client.ip));
    const before = await fromDns(here.slice(0, sure < 0 ? here.length : sure), client);
    if (before) return before;
    const found = here[sure];
    if (found) return { group: found.name, policy: found.policy, by: found.everybody ? 'ALL' : client.ip };
    return { group: UNKNOWNLIST, policy: flowPolicyOf(config.flowPolicies, listener.policy), by: 'ALL' };
  };
}

/** The relay networks of the simple form are senders of RELAYLIST. */
function groups({ senderGroups, relayNetworks }: Config): SenderGroup[] {
  const known = senderGroups.some(({ name }) => name === RELAYLIST);
  const simple = { name: RELAYLIST, comment: '', policy: 'RELAYED', listeners: [], senders: relayNetworks };
  if (!known) return [simple, ...senderGroups];
  return senderGroups.map((group) =>
    group.name === RELAYLIST ? { ...group, senders: [...group.senders, ...relayNetworks] } : group,
  );
}

function row({ name, policy, listeners, senders }: SenderGroup, { flowPolicies }: Config): Row {
  const all = senders.map(senderOf);
  return {
    name,
    policy: flowPolicyOf(flowPolicies, policy),
    listeners,
    everybody: all.some((one) => one?.kind === 'all'),
    has: inNetworks(senders),
    hosts: new Set(all.flatMap((one) => (one?.kind === 'host' ? [one.name] : []))),
    domains: all.flatMap((one) => (one?.kind === 'domain' ? [one.suffix] : [])),
    zones: all.flatMap((one) => (one?.kind === 'dnslist' ? [one.zone] : [])),
  };
}

/** The first of the rows that takes the client by what DNS says of it; all questions are asked at once. */
async function fromDns(rows: Row[], client: Client): Promise<Match | undefined> {
  const named = rows.some(({ hosts, domains }) => hosts.size > 0 || domains.length > 0);
  const zones = [...new Set(rows.flatMap((one) => one.zones))];
  if (!named && zones.length === 0) return undefined;
  const [host, ...answers] = await Promise.all([
    named ? client.host() : '',
    ...zones.map((zone) => client.listed(zone)),
  ]);
  const listed = new Set(zones.filter((_, i) => answers[i]));
  for (const { name, policy, hosts, domains, zones: own } of rows) {
    const zone = own.find((one) => listed.has(one));
    const fits = hosts.has(host) || domains.some((suffix) => host.endsWith(suffix));
    if (host !== '' && fits) return { group: name, policy, by: host };
    if (zone !== undefined) return { group: name, policy, by: `dnslist[${zone}]` };
  }
  return undefined;
}
