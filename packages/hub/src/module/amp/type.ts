/** Cisco Secure Endpoint (AMP for Endpoints) in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const AMP: ModuleType = {
  id: 'a9b8f7d1-2f6d-5e0a-8d4b-6f8f0a3d9c11',
  visibility: 'global',
  title: 'AMP for Endpoints',
  default_name: 'AMP for Endpoints',
  short_description: 'Which computers have seen a file, an address or a URL, and stopping both.',
  description: [
    'Cisco Secure Endpoint, formerly AMP for Endpoints, watches computers. This module asks which of them had to do with an observable, and what was detected there.',
    'SHA-256 hashes are looked up in the events; IP addresses, URLs, domains and file names in the activity of computers. Computers are the targets.',
    'From an investigation a file can be put on a simple custom detection list or taken off it, and a computer can be isolated or released.',
  ].join('\n\n'),
  tips: steps(
    'In the console, open Accounts > API Credentials and create credentials; Read & Write is needed for actions.',
    'Enter the client ID and the API key, and choose the cloud of your organisation.',
    'Save, then test the module.',
  ),
  external_references: [
    {
      label: 'API documentation',
      link: 'https://developer.cisco.com/docs/secure-endpoint/v1-api-reference/',
    },
  ],
  configuration_spec: [
    { key: 'custom_client_id', type: 'string', label: 'API Client ID', required: true },
    { key: 'custom_api_key', type: 'api_key', label: 'API Key', required: true },
    {
      key: 'url',
      type: 'options',
      'strict-options': false,
      label: 'Cloud',
      required: true,
      default_value: 'https://api.amp.cisco.com',
      options: [
        { value: 'https://api.amp.cisco.com', label: 'North America' },
        { value: 'https://api.eu.amp.cisco.com', label: 'Europe' },
        { value: 'https://api.apjc.amp.cisco.com', label: 'Asia Pacific, Japan, China' },
      ],
    },
    ...allowanceFields(),
  ],
  capabilities: [
    { id: 'health', description: 'Asks for the version of the API with the credentials.' },
    { id: 'observe', description: 'Computers that had to do with an observable, and detections.' },
    { id: 'refer', description: 'Links into the console.' },
    { id: 'respond', description: 'Custom detection lists, isolation of computers.' },
  ],
  properties: {},
  flags: [],
  logo: tile('AE', 150),
};
