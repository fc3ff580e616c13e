/** The catalogue: module types as values, in the shape of CTR's module types. */
import { APPLIANCE_TYPES, type ModuleType, type SpecField } from '@sightline/api';
import { steps, tile } from './web.ts';

const timeframe: SpecField = {
  key: 'timeframe_days',
  type: 'integer',
  label: 'Request Timeframe (days)',
  required: true,
  tooltip: 'How many days back a question looks. A longer time finds more and takes longer.',
  default_value: 30,
  minimum: 1,
  maximum: 365,
};

const device = (subtype: 'ESA' | 'SMA', label: string): SpecField => ({
  key: 'device',
  type: 'device',
  subtype,
  label,
  required: true,
  tooltip: 'Registered devices are listed while Threat Response is switched on under Cloud Services.',
});

const capabilities = (source: string): ModuleType['capabilities'] => [
  { id: 'health', description: `Asks ${source} whether it answers.` },
  { id: 'observe', description: `Looks observables up in the message tracking of ${source}.` },
];

export const EMAIL_SECURITY_APPLIANCE: ModuleType = {
  id: APPLIANCE_TYPES.emailSecurity,
  visibility: 'global',
  title: 'Email Security Appliance',
  default_name: 'Email Security Appliance',
  short_description:
    'Finds the messages that carried an observable: who sent them, who received them, what became of them.',
  description: [
    'An Email Security Appliance receives the mail of your organisation and keeps a record of every message. This module asks that record during an investigation.',
    'It can be asked for IP addresses, domains, e-mail addresses, subjects, Message-IDs, Cisco message IDs (MID), SHA-256 hashes, file names and URLs.',
    'Every message that matches becomes a sighting: its recipients are the targets, and sender, subject, attachments, links and sending host are related to it. The mail itself stays on the appliance.',
  ].join('\n\n'),
  tips: steps(
    'On the appliance, choose Network > Cloud Service Settings, then Edit Settings. Enable Threat Response, choose the server of your region, and submit.',
    'Commit the changes. Registration is offered only for settings that are committed.',
    'In this portal, open Modules > Devices > Manage Devices. Under Cloud Services, switch Threat Response on.',
    'Choose Add Devices and Generate Tokens. Copy the token to the clipboard; it is shown once.',
    'Back on the appliance, paste the token under Registration Token and choose Register. Wait until the status is Registered.',
    'In this form, enter a name for the module and choose the registered device. If it is not in the list, reload the devices.',
    'Enter how many days back questions may look, and save.',
    'Test the module. Then investigate, for example email_subject:"quarterly report".',
  ),
  configuration_spec: [device('ESA', 'Registered Device'), timeframe],
  capabilities: capabilities('the appliance'),
  external_references: [],
  properties: {},
  flags: [],
  logo: tile('ES', 205),
};

export const SECURITY_MANAGEMENT_APPLIANCE: ModuleType = {
  id: APPLIANCE_TYPES.securityManagement,
  visibility: 'global',
  title: 'Security Management Appliance',
  default_name: 'Security Management Appliance',
  short_description:
    'Finds messages across all the Email Security Appliances that one central appliance manages.',
  description: [
    'A Security Management Appliance collects the message tracking of several Email Security Appliances. This module asks all of them with one question.',
    'Use it instead of a module for each managed appliance: appliances that are centrally managed do not register themselves.',
    'It can be asked for the same observables as an Email Security Appliance and answers with sightings of the same form, each naming the appliance that handled the message.',
  ].join('\n\n'),
  tips: steps(
    'On the managed appliances, switch on centralised message tracking. Add each of them to the Security Management Appliance.',
    'On the Security Management Appliance, choose Network > Cloud Service Settings, then Edit Settings. Enable Threat Response, choose the server of your region, submit and commit.',
    'In this portal, open Modules > Devices > Manage Devices. Under Cloud Services, switch Threat Response on.',
    'Choose Add Devices and Generate Tokens, copy the token, paste it on the Security Management Appliance and choose Register.',
    'In this form, enter a name for the module, choose the registered device and how many days back questions may look, and save.',
    'Delete modules of single appliances that are now managed centrally, so that messages are not found twice.',
  ),
  configuration_spec: [device('SMA', 'Registered Device'), timeframe],
  capabilities: capabilities('the management appliance'),
  external_references: [],
  properties: {},
  flags: [],
  logo: tile('SM', 190),
};
