/** Holds a message against our lists. Pure. */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Head } from '../queue/message.ts';
import type { EngineResult } from './engine.ts';
import type { Listed, Lists, Pattern } from './lists.ts';
import type { Scanned } from './scanned.ts';
import { like } from './wildcard.ts';

interface Hit {
  what: string;
  entry: Listed;
  attachment?: number;
}

/** Empty where no list has anything of the message. */
export function listResults(lists: Lists, head: Pick<Head, 'ip' | 'sender'>, found: Scanned): EngineResult[] {
  const start = performance.now();
  const hits = [
    ...senderHits(lists, [head.sender, ...found.headerFrom]),
    ...clientHits(lists, head.ip),
    ...linkHits(lists, found.urls),
    ...patternHits(lists.subjects, found.subject, 'subject'),
    ...found.attachments.flatMap((file, i) => fileHits(lists, file, i)),
  ];
  if (hits.length === 0) return [];
  const files = hits.flatMap(({ attachment }) => attachment ?? []);
  return [
    {
      engine: 'blocklist',
      category: 'blocklist',
      version: '',
      verdict: 'positive',
      names: [...new Set(hits.map(({ what, entry }) => `${what} (${entry.id}: ${entry.reason})`))].slice(
        0,
        20,
      ),
      ms: performance.now() - start,
      ...(files.length === hits.length ? { attachments: files } : {}),
    },
  ];
}

/** The domain and those above it. */
function* domains(host: string): Generator<string> {
  const ascii = host.includes(':') ? host : domainToASCII(host) || host;
  for (let rest = ascii.toLowerCase().replace(/\.$/, ''), hops = 0; rest && hops < 20; hops++) {
    yield rest;
    const dot = rest.indexOf('.');
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
}

function inDomains(map: ReadonlyMap<string, Listed>, host: string): Listed | undefined {
  if (map.size === 0 || host === '') return undefined;
  for (const domain of domains(host)) {
    const entry = map.get(domain);
    if (entry) return entry;
  }
  return undefined;
}

function senderHits(lists: Lists, senders: string[]): Hit[] {
  if (lists.senders.size + lists.domains.size === 0) return [];
  return senders.flatMap((sender): Hit[] => {
    const address = sender.toLowerCase();
    const entry =
      lists.senders.get(address) ?? inDomains(lists.domains, address.slice(address.lastIndexOf('@') + 1));
    return entry ? [{ what: `sender ${address}`, entry }] : [];
  });
}

interface Networks {
  list: BlockList;
  entry: Listed;
}
const compiled = new WeakMap<Lists['networks'], Networks[]>();

function clientHits(lists: Lists, ip: string): Hit[] {
  const entry = listed(lists, ip);
  return entry ? [{ what: `client ${ip}`, entry }] : [];
}

/** The entry that names a client. */
export function listed({ networks }: Pick<Lists, 'networks'>, ip: string): Listed | undefined {
  const version = isIP(ip);
  if (networks.size === 0 || version === 0) return undefined;
  return networks.get(ip.toLowerCase()) ?? within(networks, ip, version);
}

function within(networks: Lists['networks'], ip: string, version: number): Listed | undefined {
  const all = compiled.get(networks) ?? compile(networks);
  return all.find(({ list }) => list.check(ip, version === 6 ? 'ipv6' : 'ipv4'))?.entry;
}

function compile(networks: Lists['networks']): Networks[] {
  const all = [...networks].flatMap(([network, entry]): Networks[] => {
    const [address = '', prefix] = network.split('/');
    const version = isIP(address);
    if (version === 0) return [];
    const list = new BlockList();
    list.addSubnet(address, Number(prefix ?? (version === 4 ? 32 : 128)), version === 4 ? 'ipv4' : 'ipv6');
    return [{ list, entry }];
  });
  compiled.set(networks, all);
  return all;
}

function linkHits({ urls }: Lists, links: string[]): Hit[] {
  if (urls.size === 0) return [];
  return links.flatMap((link): Hit[] => {
    const host = URL.canParse(link) ? new URL(link).hostname : '';
    const entry = urls.get(link.toLowerCase()) ?? inDomains(urls, host);
    return entry ? [{ what: `link to ${host}`, entry }] : [];
  });
}

const patternHits = (patterns: readonly Pattern[], text: string, what: string): Hit[] =>
  patterns.filter(({ pattern }) => like(pattern, text)).map((entry) => ({ what: `${what} ${text}`, entry }));

function fileHits(lists: Lists, file: Scanned['attachments'][number], attachment: number): Hit[] {
  const byHash = file.sha256 === '' ? undefined : lists.sha256.get(file.sha256);
  const byType = lists.fileTypes.get(file.type.toLowerCase());
  return [
    ...(byHash ? [{ what: `file ${file.name || file.sha256}`, entry: byHash }] : []),
    ...(byType ? [{ what: `file type ${file.type}`, entry: byType }] : []),
    ...patternHits(lists.fileNames, file.name, 'file'),
  ].map((hit) => ({ ...hit, attachment }));
}
