/** Tries the Host Access Table (api/gateway/hat.ts), also before it is committed. */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Conf } from '../conf/conf.ts';
import { type Dns, leadsBack, reverseName } from '../smtp/dns.ts';
import { dnsLists } from '../smtp/dnslist.ts';
import { hostAccessTable } from '../smtp/hat.ts';

export interface HatParts {
  conf: Conf;
  dns: Dns;
  clock: () => number;
}

const DNS_MS = 1500;

export function hat(on: Mount<{ name: string }>, { conf, dns, clock }: HatParts): void {
  const lists = dnsLists(dns, clock);
  on(api.testHat, async ({ caller, body: { ip, listener } }) => {
    const { candidate, live } = conf.state(caller.name);
    const config = candidate ?? live;
    const at = api.allListeners(config).find(({ name }) => name === listener) ?? config.listener;
    const reverseDns = await reverseName(dns, ip, DNS_MS);
    const verified = await leadsBack(dns, reverseDns, ip, DNS_MS);
    const { group, policy, by } = await hostAccessTable(config)(at, {
      ip,
      host: async () => (verified ? reverseDns : ''),
      listed: (zone) => lists(ip, zone),
    });
    return { group, policy: policy.name, behavior: policy.behavior, by, reverseDns, verified };
  });
}
