/** Mail Flow: the configuration as fields a person edits, and the part of the configuration they make. */
import { Config, type ConfigPart, type Route } from '@sightline/api';

export interface RouteRow extends Partial<Pick<Route, 'fallback' | 'protocol' | 'auth'>> {
  domain: string;
  host: string;
  port: string;
}

export interface FlowForm {
  hostname: string;
  listenerHost: string;
  listenerPort: string;
  /** Mebibytes. */
  maxSize: string;
  /** One a line. */
  recipientDomains: string;
  /** One a line. */
  relayNetworks: string;
  routes: RouteRow[];
  /** Seconds, separated by commas. */
  retrySeconds: string;
  /** Hours. */
  giveUpHours: string;
  connections: string;
  keepDays: string;
}

export type FlowProblems = Record<string, string>;

const MIB = 1024 * 1024;

export function flowForm(config: Config): FlowForm {
  return {
    hostname: config.hostname,
    listenerHost: config.listener.host,
    listenerPort: String(config.listener.port),
    maxSize: String(round(config.listener.maxSize / MIB)),
    recipientDomains: config.recipientDomains.join('\n'),
    relayNetworks: config.relayNetworks.join('\n'),
    routes: config.routes.map((r) => ({ ...r, port: String(r.port) })),
    retrySeconds: config.delivery.retrySeconds.join(', '),
    giveUpHours: String(round(config.delivery.giveUpSeconds / 3600)),
    connections: String(config.delivery.connections),
    keepDays: String(config.tracking.keepDays),
  };
}

const round = (n: number): number => Math.round(n * 1e6) / 1e6;

/** The part of the configuration to submit, or which field must be corrected, with the sentence to show there. */
export function flowPatch(form: FlowForm): { patch: ConfigPart } | { problems: FlowProblems } {
  const patch = {
    hostname: form.hostname.trim(),
    listener: {
      host: form.listenerHost.trim(),
      port: number(form.listenerPort),
      maxSize: Math.round(number(form.maxSize) * MIB),
    },
    recipientDomains: entries(form.recipientDomains),
    relayNetworks: entries(form.relayNetworks),
    routes: form.routes.filter((r) => r.domain.trim() || r.host.trim()).map(route),
    delivery: {
      retrySeconds: entries(form.retrySeconds).map(number),
      giveUpSeconds: Math.round(number(form.giveUpHours) * 3600),
      connections: number(form.connections),
    },
    tracking: { keepDays: number(form.keepDays) },
  };
  const checked = Config.safeParse(patch);
  return checked.success ? { patch } : { problems: problems(checked.error.issues, patch) };
}

// What SMTP Routes says beyond the host stays as it is.
const route = (row: RouteRow) => ({
  ...row,
  domain: row.domain.trim().toUpperCase() === 'ALL' ? 'ALL' : row.domain.trim(),
  host: row.host.trim(),
  port: number(row.port),
});

const entries = (text: string): string[] => text.split(/[\s,;]+/).filter((line) => line !== '');
const number = (text: string): number => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Which field of the form holds a place in the configuration. */
const FIELD: [RegExp, keyof FlowForm | ''][] = [
  [/^hostname/, 'hostname'],
  [/^listener\.host/, 'listenerHost'],
  [/^listener\.port/, 'listenerPort'],
  [/^listener\.maxSize/, 'maxSize'],
  [/^recipientDomains/, 'recipientDomains'],
  [/^relayNetworks/, 'relayNetworks'],
  [/^routes\./, ''],
  [/^delivery\.retrySeconds/, 'retrySeconds'],
  [/^delivery\.giveUpSeconds/, 'giveUpHours'],
  [/^delivery\.connections/, 'connections'],
  [/^tracking/, 'keepDays'],
];

/** Sentences that say more than a schema's own. */
const SENTENCE: Record<string, string> = {
  hostname: 'Enter the host name of this appliance.',
  listenerPort: 'Enter a port from 0 to 65535.',
  maxSize: 'Enter a size in MiB, at least 0.001.',
  retrySeconds: 'Enter one or more whole numbers of seconds, separated by commas.',
  giveUpHours: 'Enter a number of hours greater than 0.',
  connections: 'Enter a whole number from 1 to 100.',
  keepDays: 'Enter a whole number of days from 1 to 3650.',
};

function problems(issues: readonly { path: PropertyKey[]; message: string }[], patch: object): FlowProblems {
  const out: FlowProblems = {};
  for (const issue of issues) {
    const path = issue.path.join('.');
    const field = FIELD.find(([test]) => test.test(path))?.[1] || path;
    out[field] ??= SENTENCE[field] ?? routeSentence(path) ?? which(issue, patch);
  }
  return out;
}

function routeSentence(path: string): string | undefined {
  if (!path.startsWith('routes.')) return undefined;
  if (path.endsWith('.domain')) return 'Enter a domain such as example.com, or ALL.';
  return path.endsWith('.port') ? 'Enter a port from 0 to 65535.' : 'Enter a host name or an address.';
}

/** A sentence about a list says which of its entries is meant. */
function which(issue: { path: PropertyKey[]; message: string }, patch: object): string {
  const [list, index] = issue.path;
  const value = (patch as Record<string, unknown>)[String(list)];
  return Array.isArray(value) ? `${String(value[Number(index)])}: ${issue.message}` : issue.message;
}
