/** VirusTotal in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const VIRUSTOTAL: ModuleType = {
  id: '4d98e8bb-e143-5966-8a24-c2707e6e6dd3',
  visibility: 'global',
  title: 'VirusTotal',
  default_name: 'VirusTotal',
  short_description: 'What dozens of engines think of a file, a domain, an address or a URL.',
  description: [
    'VirusTotal collects the verdicts of many engines. This module asks for the last analysis of an observable; it never submits anything.',
    'Malicious is what at least as many engines condemn as you choose, Suspicious what fewer do. Where no engine objects it says Unknown: that nothing was found is no proof.',
    'It can be asked for MD5, SHA-1 and SHA-256 hashes, domains, IP addresses and URLs. The public API allows 4 requests a minute and 500 a day.',
  ].join('\n\n'),
  tips: steps(
    'Log in to VirusTotal and copy the API key from your profile.',
    'Enter it here, with the limits of your plan.',
    'Save, then test the module: it shows how much of your quota is used.',
  ),
  external_references: [
    { label: 'API reference of VirusTotal', link: 'https://docs.virustotal.com/reference/overview' },
  ],
  configuration_spec: [
    { key: 'custom_API_KEY', type: 'api_key', label: 'API Key', required: true },
    {
      key: 'malicious_from',
      type: 'integer',
      label: 'Malicious From (Engines)',
      required: true,
      default_value: 3,
      minimum: 1,
      maximum: 100,
    },
    {
      key: 'url',
      type: 'string',
      label: 'API Address',
      group: 'Advanced',
      required: true,
      default_value: 'https://www.virustotal.com/api/v3',
    },
    ...allowanceFields(4, 500),
  ],
  capabilities: [
    { id: 'health', description: 'Asks for the quotas of the key.' },
    { id: 'deliberate', description: 'Verdicts of the last analysis.' },
    { id: 'observe', description: 'The last analysis, engine by engine.' },
    { id: 'refer', description: 'Links to the pages of VirusTotal.' },
  ],
  properties: {},
  flags: [],
  logo: tile('VT', 226),
};
