/** One uncommitted or committed change in words. */
import { type Change, ContentFilter, MailPolicy, VERDICTS } from '@sightline/api';
import { filterWords } from '../filters/words.ts';
import { policyWords } from '../policies/words.ts';

const LABELS: Record<string, string> = {
  hostname: 'Host name',
  listener: 'Listener',
  'listener.host': 'Listener › Address',
  'listener.port': 'Listener › Port',
  'listener.maxSize': 'Listener › Largest message (bytes)',
  'listener.name': 'Listener › Name',
  'listener.kind': 'Listener › Type',
  'listener.tls': 'Listener › TLS',
  'listener.certificate': 'Listener › Certificate',
  'listener.policy': 'Listener › Policy of everybody',
  'listener.connections': 'Listener › Connections',
  'listener.connectionsPerIp': 'Listener › Connections of one address',
  'listener.proxyFrom': 'Listener › PROXY protocol from',
  'listener.xclientFrom': 'Listener › XCLIENT from',
  'listener.delayedRejection': 'Listener › Delayed HAT rejection',
  listeners: 'Further listeners',
  certificates: 'Certificates',
  senderGroups: 'Sender groups (HAT)',
  flowPolicies: 'Mail flow policies',
  recipientTable: 'Recipient Access Table',
  recipientDomains: 'Recipient domains (RAT)',
  relayNetworks: 'Relay networks',
  routes: 'SMTP routes',
  'delivery.retrySeconds': 'Delivery › Retry after (seconds)',
  'delivery.giveUpSeconds': 'Delivery › Give up after (seconds)',
  'delivery.connections': 'Delivery › Connections',
  'delivery.delayWarningSeconds': 'Delivery › Delay warning (seconds)',
  'delivery.bounceMessages': 'Delivery › Report failures',
  'delivery.maxQueued': 'Delivery › Messages in the queue at most',
  'delivery.maxWaiting': 'Delivery › Recipients that wait at most',
  outgoingAuth: 'Outgoing SMTP authentication',
  destinations: 'Destination controls',
  bounceProfiles: 'Bounce profiles',
  quarantines: 'Quarantines',
  'policies.incoming.ordered': 'Incoming mail policies',
  'policies.outgoing.ordered': 'Outgoing mail policies',
  'policies.incoming.default': 'Incoming mail policies › DEFAULT',
  'policies.outgoing.default': 'Outgoing mail policies › DEFAULT',
  'policies.partialReject': 'Mail policies › Rejected for some recipients',
  'filters.incoming': 'Incoming content filters',
  'filters.outgoing': 'Outgoing content filters',
  engines: 'Engines',
  'engines.deadlineSeconds': 'Engines › All together (seconds)',
  'engines.authentication': 'Engines › SPF, DKIM, DMARC, ARC',
  'engines.authentication.header': 'Engines › Authentication-Results header',
  'engines.authentication.authservId': 'Engines › Name in Authentication-Results',
  'engines.rspamd': 'Engines › rspamd',
  'engines.clamav': 'Engines › ClamAV',
  'engines.files': 'Engines › File types',
  'engines.limits': 'Engines › Limits of the reader',
  'delivery.ca': 'Delivery › Trusted authorities',
  'tracking.keepDays': 'Message Tracking › Keep (days)',
  'tracking.maxBytes': 'Message Tracking › Keep at most (bytes)',
  'tracking.rejectedConnections': 'Message Tracking › Save rejected connections',
  'cloud.enabled': 'Cloud Service Settings › Threat Response',
  'cloud.server': 'Cloud Service Settings › Threat Response Server',
  'cloud.servers': 'Cloud Service Settings › Servers',
  'cloud.proxy': 'Cloud Service Settings › HTTP Proxy',
  'cloud.proxyPassword': 'Cloud Service Settings › Password of the proxy',
  'cloud.ca': 'Cloud Service Settings › Trusted Authorities',
  managedBy: 'Managed by',
};

/** The setting's name; entries of a list keep their place, e.g. `SMTP routes › 1 › host`. */
export function changeLabel(path: string): string {
  const parts = path.split(/[.[\]]+/).filter((p) => p !== '');
  for (let n = parts.length; n > 0; n--) {
    const label = LABELS[parts.slice(0, n).join('.')];
    if (label) return [label, ...parts.slice(n).map(entry)].join(' › ');
  }
  return path;
}

/** What parts of a policy are called where they are edited. */
const WORDS: Record<string, string> = {
  ...VERDICTS,
  verdicts: 'Verdicts',
  do: 'Action',
  tag: 'Tag on the subject',
  header: 'Added header',
  strip: 'Strip attachments',
  filters: 'Content filters',
  enabled: 'Enabled',
  endpoint: 'Endpoint',
  timeoutSeconds: 'Time (seconds)',
  maxSize: 'Largest message (bytes)',
  onError: 'When it cannot look',
  extensions: 'Extensions',
  depth: 'Levels',
  parts: 'Parts',
  headerBytes: 'Headers of one part (bytes)',
  decodedBytes: 'Decoded (bytes)',
  members: 'Names in archives',
  seconds: 'Time (seconds)',
};

/** People count from one. */
const entry = (part: string): string =>
  /^\d+$/.test(part) ? String(Number(part) + 1) : (WORDS[part] ?? part);

export interface ChangeText {
  label: string;
  from: string;
  to: string;
  /** Of a list: its entries that go and that come; both empty when only the order changed. */
  list: { removed: string[]; added: string[] } | null;
}

export function changeText(change: Change): ChangeText {
  return {
    label: changeLabel(change.path),
    from: valueText(change.path, change.from),
    to: valueText(change.path, change.to),
    list: listText(change),
  };
}

function listText({ path, removed, added, entries }: Change): ChangeText['list'] {
  if (!removed || !added) return null;
  const said = (texts: string[], raw: unknown[] = []): string[] =>
    texts.map((text, i) => sentenceOf(path, raw[i]) ?? text);
  return { removed: said(removed, entries?.removed), added: said(added, entries?.added) };
}

/** A policy or a content filter as its page reads it back. */
function sentenceOf(path: string, entry: unknown): string | undefined {
  if (path.startsWith('filters.')) {
    const filter = ContentFilter.safeParse(entry).data;
    return filter && `${filter.name}${filter.enabled ? '' : ' (off)'}: ${filterWords(filter)}`;
  }
  const policy = path.endsWith('.ordered') ? MailPolicy.safeParse(entry).data : undefined;
  return policy && policyWords(policy);
}

/** A value as it reads best: switches as Enabled or Disabled, the rows of a table one a line, '' as (none). */
function valueText(path: string, raw: string): string {
  if (path.endsWith('.enabled') && raw !== '') return raw === 'true' ? 'Enabled' : 'Disabled';
  return raw === '' ? '(none)' : raw.replaceAll('; ', '\n');
}
