/** Generic Relay: any CTR relay by its address. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';
import { AUTH_TYPES } from './settings.ts';

const AUTH_LABELS: Record<(typeof AUTH_TYPES)[number], string> = {
  'configuration-token': 'Configuration token: a JWT of this hub with the settings as claims',
  'authorization-header': 'Authorization header, sent as it is entered',
  bearer: 'Bearer token',
  basic: 'User name and password (HTTP Basic)',
  'custom-jwt': 'JWT with claims and a key of your own',
  none: 'None',
};

export const GENERIC_RELAY: ModuleType = {
  id: 'a14ae422-01b6-5013-9876-695ff1b0ebe0',
  visibility: 'global',
  title: 'Generic Relay',
  default_name: 'Relay',
  short_description: 'Any relay module that was written for Cisco Threat Response, by its address.',
  description: [
    'A relay is a small web service that translates between investigations and a product. Dozens are published; you can write one in an afternoon.',
    'The relay runs where you choose and keeps working unchanged: enter its address and the way into it. What it says is checked before it is shown.',
    'Relays that come with a module_type.json are added more comfortably with Import Module Type: they then have a form of their own.',
  ].join('\n\n'),
  tips: steps(
    'Start the relay where this hub can reach it by HTTPS. An address in your own network must be allowed by the operator of this hub.',
    'Enter its address without the name of a call, for example https://relay.example.com.',
    'Choose how it knows this hub. Relays of 2021 and later take a configuration token: they fetch the keys of this hub from its public address by HTTPS, so that must be reachable for them.',
    'Older relays take the Authorization header that their operator generated: choose that and paste it.',
    'Save, then test the module.',
  ),
  external_references: [],
  configuration_spec: [
    { key: 'url', type: 'string', label: 'URL', required: true, tooltip: 'https://relay.example.com' },
    {
      key: 'auth-type',
      type: 'options',
      label: 'Authentication',
      required: true,
      default_value: 'configuration-token',
      options: AUTH_TYPES.map((value) => ({ value, label: AUTH_LABELS[value] })),
    },
    { key: 'authorization-header', type: 'password', label: 'Authorization Header', group: 'Credentials' },
    { key: 'token', type: 'api_key', label: 'Bearer Token', group: 'Credentials' },
    { key: 'basic-auth-user', type: 'string', label: 'User Name', group: 'Credentials' },
    { key: 'basic-auth-password', type: 'password', label: 'Password', group: 'Credentials' },
    {
      key: 'configuration-token-audience',
      type: 'string',
      label: 'Audience of the Configuration Token',
      group: 'Credentials',
      tooltip: 'As the relay sees its own address; the URL above if left empty.',
    },
    {
      key: 'custom-jwt-alg',
      type: 'options',
      label: 'Algorithm of Your JWT',
      group: 'Credentials',
      options: ['HS256', 'HS384', 'HS512', 'RS256', 'ES256'].map((value) => ({ value, label: value })),
    },
    {
      key: 'custom-jwt-key',
      type: 'password',
      label: 'Key of Your JWT',
      group: 'Credentials',
      tooltip: 'The shared secret, or a private key as PEM (PKCS #8).',
    },
    {
      key: 'custom-jwt-claims',
      type: 'password',
      label: 'Claims of Your JWT',
      group: 'Credentials',
      tooltip: 'A JSON object; iat and exp are added.',
    },
    {
      key: 'supported-apis',
      type: 'string',
      label: 'Calls It Has',
      group: 'Advanced',
      tooltip: 'By commas, such as health, observe/observables. All are tried if left empty.',
    },
    {
      key: 'certificate-fingerprint',
      type: 'string',
      label: 'Fingerprint of Its Certificate',
      group: 'Advanced',
      tooltip: 'SHA-256, for a certificate that no known authority signed.',
    },
    ...allowanceFields(),
  ],
  capabilities: [
    { id: 'health', description: 'Asks the relay whether it and its source work.' },
    { id: 'observe', description: 'Everything the relay knows of an observable.' },
    { id: 'deliberate', description: 'Verdicts of the relay.' },
    { id: 'refer', description: 'Links to look an observable up elsewhere.' },
    { id: 'respond', description: 'Actions that the relay offers.' },
  ],
  properties: {},
  flags: [],
  logo: tile('RE', 262),
};
