/** Cloud Service Settings: what the page shows in each state of the registration. */
import type { Cloud, Obstacle } from '@sightline/api';

export interface CloudView {
  /** Enter a token and choose Register. */
  token: boolean;
  deregister: boolean;
  /** How the Status line is marked. */
  tone: 'off' | 'wait' | 'next' | 'good' | 'warn' | 'bad';
  /** Milliseconds until the page reads the state again. */
  pollMs: number;
  /** What is in the way, when the administrator has to do something first. */
  notice: string;
}

const VIEWS: Record<Cloud['state'], Omit<CloudView, 'notice'>> = {
  disabled: { token: false, deregister: false, tone: 'off', pollMs: 10_000 },
  busy: { token: false, deregister: false, tone: 'wait', pollMs: 1000 },
  ready: { token: true, deregister: false, tone: 'next', pollMs: 5000 },
  registering: { token: false, deregister: false, tone: 'wait', pollMs: 1000 },
  registered: { token: false, deregister: true, tone: 'good', pollMs: 3000 },
  failed: { token: true, deregister: false, tone: 'bad', pollMs: 5000 },
  unreachable: { token: false, deregister: false, tone: 'bad', pollMs: 3000 },
  managed: { token: false, deregister: false, tone: 'warn', pollMs: 10_000 },
};

const UNCOMMITTED =
  'These settings are submitted but not committed. Choose Commit Changes first: the appliance contacts the exchange, and can be registered, only after the commit.';

/** The state as the page needs it. With uncommitted settings no token is taken: they must be live first. */
export function cloudView(cloud: Pick<Cloud, 'state' | 'uncommitted'>): CloudView {
  const view = VIEWS[cloud.state];
  if (!cloud.uncommitted) return { ...view, notice: '' };
  return { ...view, token: false, notice: UNCOMMITTED };
}

/** The way to a registered appliance, as an administrator goes it. */
export const STEPS = [
  { name: 'Switch on', text: 'Edit Settings: tick Enable, choose the server, submit.' },
  { name: 'Make it live', text: 'Commit what was submitted.' },
  { name: 'Wait for the exchange', text: 'The appliance contacts it by itself.' },
  { name: 'Enter a token', text: 'It is made in the portal under Devices.' },
] as const;

/** Index of the step that comes next; undefined when none is left, or none leads there. */
export function nextStep(cloud: Pick<Cloud, 'state' | 'uncommitted'>): number | undefined {
  if (cloud.state === 'managed' || cloud.state === 'registered') return undefined;
  if (cloud.uncommitted) return 1;
  if (cloud.state === 'disabled') return 0;
  return cloud.state === 'busy' || cloud.state === 'unreachable' ? 2 : 3;
}

/** `AMERICAS (api-sse.cisco.com)`, as AsyncOS writes a server. */
export function serverLabel(server: { name: string; url: string }): string {
  return `${server.name} (${host(server.url)})`;
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

const OBSTACLES: Record<Exclude<Obstacle, '' | 'refusal'>, string> = {
  dns: 'DNS: the name of the exchange is not known',
  refused: 'Connection refused',
  timeout: 'No answer in time',
  network: 'Network',
  proxy: 'HTTP proxy',
  tls: 'TLS certificate',
  clock: 'Clock of this appliance',
  protocol: 'No exchange at this address',
};
const REFUSALS: Record<string, string> = {
  token_invalid: 'Invalid or expired token',
  token_malformed: 'Not a registration token',
  wrong_region: 'Token of another region',
  service_not_enabled: 'Threat Response is switched off in the exchange',
  version_unsupported: 'Version of this appliance too old',
  device_revoked: 'Removed from the exchange',
  device_conflict: 'Two machines with one identity',
  protocol_unsupported: 'Versions do not fit together',
};

/** What is in the way, in a few words; '' when nothing is. */
export function causeTitle({ state, cause, obstacle }: Pick<Cloud, 'state' | 'cause' | 'obstacle'>): string {
  if (state === 'managed') return 'Managed by a central appliance';
  if (obstacle === '') return '';
  return obstacle === 'refusal' ? (REFUSALS[cause] ?? 'Refused by the exchange') : OBSTACLES[obstacle];
}

export const COMMITTED = 'Success — Your changes have been committed.';
export const REGISTERING =
  'Success — A request to register your appliance with the Threat Response portal is initiated. Navigate back to this page after some time to check the appliance status.';
export const DEREGISTERED = 'Success — Your appliance has been deregistered from the Threat Response portal.';
export const SUBMITTED = 'Success — Your settings are submitted. Choose Commit Changes to make them live.';
