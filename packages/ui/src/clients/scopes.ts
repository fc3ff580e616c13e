/** What each scope of an API client allows, for people. */
import type { SCOPES } from '@sightline/api';

export type Scope = (typeof SCOPES)[number];

export const SCOPE_TEXT: Record<Scope, string> = {
  'inspect:read': 'Find observables in a text',
  'enrich:read': 'Ask the modules about observables',
  'integration:read': 'List modules and their types',
  sse: 'Devices of the exchange, read and write',
  'sse:read':
    'Read the exchange: devices, registration tokens without their secrets, and the consoles of devices.',
};

/** What a client's program needs, ready to paste. */
export const credentialsText = (id: string, password: string): string =>
  `client_id=${id}\nclient_password=${password}`;
