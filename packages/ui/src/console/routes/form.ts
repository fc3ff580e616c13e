/** Routes, destinations and bounce profiles as fields of text, and back. What is no number is left to the server. */
import type { BounceProfile, Config, ConfigPart, Destination, Route } from '@sightline/api';
import type { Fields } from './rows.tsx';

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
const list = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== '');
const domain = (text: string): string => (text.trim().toUpperCase() === 'ALL' ? 'ALL' : text.trim());

/** `host` or `host:port`; an IPv6 address with a port stands in brackets. */
export function hostText({ host, port }: { host: string; port: number }): string {
  if (port === 25) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function hostOf(text: string): { host: string; port: number } {
  const found = /^\[(.+)\](?::(\d+))?$/.exec(text) ?? /^([^:]+)(?::(\d+))?$/.exec(text);
  return found ? { host: found[1] ?? '', port: Number(found[2] ?? 25) } : { host: text, port: 25 };
}

export const routeFields = ({ domain, host, port, fallback, protocol, auth }: Route): Fields => ({
  domain,
  host: hostText({ host, port }),
  fallback: fallback.map(hostText).join(', '),
  protocol,
  auth,
});

const routeOf = (row: Fields) => ({
  domain: domain(row.domain ?? ''),
  ...hostOf((row.host ?? '').trim()),
  fallback: list(row.fallback ?? '').map(hostOf),
  protocol: row.protocol as Route['protocol'],
  auth: row.auth ?? '',
});

export interface RoutesForm {
  routes: Fields[];
  accounts: Fields[];
}

export const routesForm = ({ routes, outgoingAuth }: Config): RoutesForm => ({
  routes: routes.map(routeFields),
  accounts: outgoingAuth.map((one) => ({ ...one })),
});

export const routesPatch = ({ routes, accounts }: RoutesForm): ConfigPart => ({
  routes: routes.map(routeOf),
  outgoingAuth: accounts.map((one) => ({
    name: (one.name ?? '').trim(),
    user: (one.user ?? '').trim(),
    password: one.password ?? '',
  })),
});

export const destinationFields = (one: Destination): Fields => ({
  domain: one.domain,
  tls: one.tls,
  connections: String(one.connections),
  messagesPerConnection: String(one.messagesPerConnection),
  recipientsPerHour: String(one.recipientsPerHour),
  bounceProfile: one.bounceProfile,
});

export const destinationsPatch = (rows: Fields[]): ConfigPart => ({
  destinations: rows.map((row) => ({
    domain: domain(row.domain ?? ''),
    tls: row.tls as Destination['tls'],
    connections: number(row.connections ?? ''),
    messagesPerConnection: number(row.messagesPerConnection ?? ''),
    recipientsPerHour: number(row.recipientsPerHour ?? ''),
    bounceProfile: row.bounceProfile ?? '',
  })),
});

const HOUR = 3600;

export const profileFields = (one: Omit<BounceProfile, 'name'> & { name?: string }): Fields => ({
  name: one.name ?? '',
  retry: one.retrySeconds.join(', '),
  giveUp: String(one.giveUpSeconds / HOUR),
  warning: String(one.delayWarningSeconds / HOUR),
  messages: one.bounceMessages ? 'yes' : 'no',
});

function profileOf(row: Fields): Omit<BounceProfile, 'name'> {
  return {
    retrySeconds: list(row.retry ?? '').map(number),
    giveUpSeconds: Math.round(number(row.giveUp ?? '') * HOUR),
    delayWarningSeconds: Math.round(number(row.warning ?? '') * HOUR),
    bounceMessages: row.messages === 'yes',
  };
}

export interface BouncesForm {
  standard: Fields;
  profiles: Fields[];
}

export const bouncesForm = ({ delivery, bounceProfiles }: Config): BouncesForm => ({
  standard: profileFields(delivery),
  profiles: bounceProfiles.map(profileFields),
});

export const bouncesPatch = ({ standard, profiles }: BouncesForm): ConfigPart => ({
  delivery: profileOf(standard),
  bounceProfiles: profiles.map((row) => ({ name: (row.name ?? '').trim(), ...profileOf(row) })),
});

/** The server's names of fields are not those of the form. */
const OF: Record<string, string> = {
  retrySeconds: 'retry',
  giveUpSeconds: 'giveUp',
  delayWarningSeconds: 'warning',
};

export const profileProblems = (problems: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(problems).map(([path, text]) => {
      const [index = '', key = ''] = path.split('.');
      return [`${index}.${OF[key] ?? key}`, text];
    }),
  );
