/** A Cisco ESA or SMA by its own API, in the catalogue. */
import type { ModuleType } from '@sightline/api';
import { allowanceFields, steps, tile } from '../web.ts';

export const ASYNCOS: ModuleType = {
  id: '5d0f0c4e-9c3a-5b41-8c52-1d9e51f3a7b4',
  visibility: 'global',
  title: 'AsyncOS API',
  default_name: 'AsyncOS',
  short_description: 'A Cisco Secure Email Gateway or Manager, asked by its own API.',
  description: [
    'This module logs in to a Cisco ESA or SMA and searches its message tracking, so that appliances that register nowhere can be asked too.',
    'It answers as registered appliances do: every message is a sighting with its recipients as targets. URLs cannot be searched for through this API.',
    'Messages in quarantine can be released or deleted from an investigation.',
  ].join('\n\n'),
  tips: steps(
    'On the appliance, enable the AsyncOS API (HTTPS) on an IP interface that this hub can reach. An address in your own network must be allowed by the operator of this hub.',
    'Create a user who may use message tracking; for actions it needs access to the quarantines.',
    'Enter the address with the port of the API, for example https://esa.example.com:6443, the user and the passphrase.',
    'If the certificate is self-signed, as it is by default, enter its SHA-256 fingerprint.',
    'Save, then test the module: it logs in and asks what the user may do.',
  ),
  external_references: [],
  configuration_spec: [
    { key: 'url', type: 'string', label: 'Address', required: true, tooltip: 'https://esa.example.com:6443' },
    {
      key: 'product',
      type: 'options',
      label: 'Product',
      required: true,
      default_value: 'esa',
      options: [
        { value: 'esa', label: 'Email Security Appliance (Secure Email Gateway)' },
        { value: 'sma', label: 'Security Management Appliance (Secure Email and Web Manager)' },
      ],
    },
    { key: 'user', type: 'string', label: 'User Name', required: true },
    { key: 'passphrase', type: 'password', label: 'Passphrase', required: true },
    {
      key: 'timeframe_days',
      type: 'integer',
      label: 'Request Timeframe (days)',
      required: true,
      default_value: 30,
      minimum: 1,
      maximum: 365,
    },
    {
      key: 'certificate-fingerprint',
      type: 'string',
      label: 'Fingerprint of Its Certificate',
      tooltip: 'SHA-256, for a certificate that no known authority signed.',
    },
    {
      key: 'message-url',
      type: 'string',
      label: 'Address of a Message in Its Own Pages',
      tooltip:
        'For links from an investigation: open a message in the tracking of the appliance, copy the address, and write {mid}, {host} and {serial} where it has those of the message. Without it links lead to the first page.',
    },
    {
      key: 'quarantines',
      type: 'string',
      label: 'Quarantines',
      group: 'Actions',
      default_value: 'Outbreak, Virus, File Analysis, Unclassified, Policy',
      tooltip: 'Names by commas, in which messages are looked for. The spam quarantine is always searched.',
    },
    ...allowanceFields(),
  ],
  capabilities: [
    { id: 'health', description: 'Logs in and asks for the privileges of the user.' },
    { id: 'observe', description: 'Looks observables up in message tracking.' },
    { id: 'respond', description: 'Releases or deletes messages in quarantine.' },
  ],
  properties: {},
  flags: [],
  logo: tile('AO', 175),
};
