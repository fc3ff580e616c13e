/** AbuseIPDB in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const ABUSEIPDB: ModuleType = {
  id: 'b1b1a0a4-5c39-5c0e-9f0e-6a0f4c5f1d31',
  visibility: 'global',
  title: 'AbuseIPDB',
  default_name: 'AbuseIPDB',
  short_description: 'Who has reported an IP address for abuse, when and for what.',
  description: [
    'AbuseIPDB collects reports of abuse by IP address and gives each address a confidence score from 0 to 100.',
    'Malicious and Suspicious begin at the scores that you choose. Addresses on the whitelist of AbuseIPDB are Clean. Every report becomes a sighting with its categories.',
  ].join('\n\n'),
  tips: steps(
    'Log in to AbuseIPDB, open Account > API and create a key.',
    'Enter it here, save, and test the module: it shows how many checks are left today.',
  ),
  external_references: [{ label: 'API documentation of AbuseIPDB', link: 'https://docs.abuseipdb.com/' }],
  configuration_spec: [
    { key: 'custom_key', type: 'api_key', label: 'API Key', required: true },
    {
      key: 'days',
      type: 'integer',
      label: 'Reports of the Last Days',
      required: true,
      default_value: 90,
      minimum: 1,
      maximum: 365,
    },
    {
      key: 'malicious_from',
      type: 'integer',
      label: 'Malicious From (Score)',
      required: true,
      default_value: 75,
      minimum: 1,
      maximum: 100,
    },
    {
      key: 'suspicious_from',
      type: 'integer',
      label: 'Suspicious From (Score)',
      required: true,
      default_value: 25,
      minimum: 1,
      maximum: 100,
    },
    {
      key: 'url',
      type: 'string',
      label: 'API Address',
      group: 'Advanced',
      required: true,
      default_value: 'https://api.abuseipdb.com/api/v2',
    },
    ...allowanceFields(undefined, 1000),
  ],
  capabilities: [
    { id: 'health', description: 'Makes a check with the key.' },
    { id: 'deliberate', description: 'Verdicts by the confidence score.' },
    { id: 'observe', description: 'Reports of an address.' },
    { id: 'refer', description: 'Links to the pages of AbuseIPDB.' },
  ],
  properties: {},
  flags: [],
  logo: tile('AB', 12),
};
