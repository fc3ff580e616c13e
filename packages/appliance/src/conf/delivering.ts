/** What the single fields of routes, destination controls and bounce profiles cannot say. Pure. */
import type { Config } from '@sightline/api';
import { certificates } from './pem.ts';
import { type Finding, twice } from './receiving.ts';

export const deliveringFindings = (config: Config): Finding[] => [
  ...twiceByDomain(config.routes, 'routes'),
  ...twiceByDomain(config.destinations, 'destinations'),
  ...twice(config.outgoingAuth, (i) => ['outgoingAuth', i]),
  ...twice(config.bounceProfiles, (i) => ['bounceProfiles', i]),
  ...routeFindings(config),
  ...config.destinations.flatMap(({ bounceProfile }, i): Finding[] =>
    bounceProfile === '' || config.bounceProfiles.some(({ name }) => name === bounceProfile)
      ? []
      : [[['destinations', i, 'bounceProfile'], `There is no bounce profile ${bounceProfile}.`]],
  ),
  ...authorityFindings(config),
];

function twiceByDomain(list: readonly { domain: string }[], name: string): Finding[] {
  const domains = list.map((one) => one.domain);
  return domains.flatMap((domain, i): Finding[] =>
    domains.indexOf(domain) === i ? [] : [[[name, i, 'domain'], `${domain} is in the list twice.`]],
  );
}

function routeFindings({ routes, outgoingAuth }: Config): Finding[] {
  return routes.flatMap(({ host, fallback, protocol, auth }, i): Finding[] => {
    const found: Finding[] = [];
    if (auth !== '' && !outgoingAuth.some(({ name }) => name === auth))
      found.push([['routes', i, 'auth'], `There is no outgoing SMTP authentication ${auth}.`]);
    if (host.toUpperCase() === 'USEDNS' && fallback.length > 0)
      found.push([['routes', i, 'fallback'], 'USEDNS has its fallback in the DNS: leave other hosts out.']);
    if (host.toUpperCase() === 'USEDNS' && protocol === 'lmtp')
      found.push([['routes', i, 'protocol'], 'LMTP is not for hosts of the DNS (RFC 2033): name the host.']);
    return found;
  });
}

const authorityFindings = ({ delivery: { ca } }: Config): Finding[] =>
  ca.trim() === '' || certificates(ca)
    ? []
    : [[['delivery', 'ca'], 'Paste certificates in PEM form, from -----BEGIN CERTIFICATE-----.']];
