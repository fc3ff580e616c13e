/** URLhaus in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const URLHAUS: ModuleType = {
  id: '0d4d4a43-3c3c-5d4b-8f3f-1c1d4b6c8f02',
  visibility: 'global',
  title: 'URLhaus',
  default_name: 'URLhaus',
  short_description: 'Whether a URL, host or file is known to spread malware.',
  description: [
    'URLhaus of abuse.ch collects URLs from which malware is spread, with the files that came from them.',
    'A listed URL or file is Malicious; a host is Malicious while one of its URLs is online, else Suspicious. Files and the URLs that they came from are related to one another.',
  ].join('\n\n'),
  tips: steps('Log in at auth.abuse.ch and copy your Auth-Key.', 'Enter it here, save, and test the module.'),
  external_references: [{ label: 'API documentation of URLhaus', link: 'https://urlhaus-api.abuse.ch/' }],
  configuration_spec: [
    { key: 'custom_auth_key', type: 'api_key', label: 'Auth-Key', required: true },
    {
      key: 'url',
      type: 'string',
      label: 'API Address',
      group: 'Advanced',
      required: true,
      default_value: 'https://urlhaus-api.abuse.ch/v1',
    },
    ...allowanceFields(),
  ],
  capabilities: [
    { id: 'health', description: 'Asks for the newest entry with the key.' },
    { id: 'deliberate', description: 'Verdicts on URLs, hosts and files.' },
    { id: 'observe', description: 'Entries with their files and tags.' },
    { id: 'refer', description: 'Links to the pages of URLhaus.' },
  ],
  properties: {},
  flags: [],
  logo: tile('UH', 340),
};
