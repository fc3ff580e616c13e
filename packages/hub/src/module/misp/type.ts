/** MISP in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const MISP: ModuleType = {
  id: '7b5a3a62-08a4-5f0b-9f06-0f2b8b9f4e51',
  visibility: 'global',
  title: 'MISP',
  default_name: 'MISP',
  short_description: 'What a MISP instance knows of an observable: attributes, their events and tags.',
  description: [
    'This module searches the attributes of a MISP instance. Every attribute that matches becomes a sighting, its event an indicator with the tags of both.',
    'Attributes that are marked for detection (IDS) give a verdict of Malicious; others are shown and judge nothing.',
  ].join('\n\n'),
  tips: steps(
    'In MISP, open Administration > List Auth Keys and add a key of a user who may read what investigations should see.',
    'Enter the address of the instance and the key. An instance in your own network must be allowed by the operator of this hub.',
    'If its certificate is self-signed, enter the SHA-256 fingerprint.',
    'Save, then test the module.',
  ),
  external_references: [{ label: 'Automation API of MISP', link: 'https://www.misp-project.org/openapi/' }],
  configuration_spec: [
    {
      key: 'custom_HOST',
      type: 'string',
      label: 'Address',
      required: true,
      tooltip: 'https://misp.example.com',
    },
    { key: 'custom_AuthKey', type: 'api_key', label: 'Auth Key', required: true },
    {
      key: 'limit',
      type: 'integer',
      label: 'Attributes of an Answer',
      required: true,
      default_value: 100,
      minimum: 1,
      maximum: 5000,
    },
    {
      key: 'certificate-fingerprint',
      type: 'string',
      label: 'Fingerprint of Its Certificate',
      group: 'Advanced',
    },
    ...allowanceFields(),
  ],
  capabilities: [
    { id: 'health', description: 'Asks the instance for its version with the key.' },
    { id: 'deliberate', description: 'Verdicts of attributes that are marked for detection.' },
    { id: 'observe', description: 'Attributes with their events and tags.' },
    { id: 'refer', description: 'Links to a search in the instance.' },
  ],
  properties: {},
  flags: [],
  logo: tile('MI', 210),
};
