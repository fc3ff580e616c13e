/** The IMAP Mailbox module in the catalogue. */
import { MAILBOX_TYPE, type ModuleType, type SpecField } from '@sightline/api';
import { steps, tile } from '../web.ts';

const server: SpecField[] = [
  {
    key: 'host',
    type: 'string',
    label: 'IMAP Server',
    required: true,
    tooltip: 'Name or address, without a port. Its certificate must be for this name.',
  },
  {
    key: 'tls',
    type: 'options',
    label: 'TLS',
    required: true,
    default_value: 'implicit',
    options: [
      { value: 'implicit', label: 'From the first byte (port 993)' },
      { value: 'starttls', label: 'STARTTLS (port 143)' },
    ],
  },
  {
    key: 'port',
    type: 'integer',
    label: 'Port',
    tooltip: 'If it is left empty: 993, or 143 with STARTTLS. Ports below 1024 are closed but for these two.',
    minimum: 1,
    maximum: 65_535,
  },
  {
    key: 'ca',
    type: 'file',
    label: 'Certificate Authority (PEM)',
    tooltip: 'Certificates that the server may be signed by, instead of those of the public authorities.',
  },
  {
    key: 'domains',
    type: 'string',
    label: 'Domains',
    required: true,
    tooltip:
      'Whose mailboxes are there, with commas between them. Mailboxes of other domains are never opened; each of several modules can serve domains of its own.',
  },
];

const logIn: SpecField[] = [
  {
    key: 'auth-type',
    type: 'options',
    label: 'Form of Log-in',
    group: 'Log-in',
    required: true,
    default_value: 'master-login',
    options: [
      { value: 'master-login', label: 'Master user, by a log-in name that holds both (Dovecot)' },
      { value: 'master-plain', label: 'Master user, by SASL PLAIN with authorization identity' },
      { value: 'account', label: 'One account that other mailboxes are shared with' },
    ],
  },
  { key: 'user', type: 'string', label: 'User Name', group: 'Log-in', required: true },
  { key: 'password', type: 'password', label: 'Password', group: 'Log-in', required: true },
  {
    key: 'mailbox-name',
    type: 'string',
    label: 'Name of a Mailbox',
    group: 'Log-in',
    default_value: '{user}',
    tooltip: '{user} is the address, {local} what stands before its @, {domain} what stands behind it.',
  },
  {
    key: 'login-name',
    type: 'string',
    label: 'Log-in Name',
    group: 'Log-in',
    default_value: '{name}*{master}',
    tooltip: '{name} is the name of the mailbox, {master} the user name above.',
  },
  {
    key: 'shared-folder',
    type: 'string',
    label: 'Where the Mailboxes Are',
    group: 'Log-in',
    tooltip:
      'The folder of a recipient as this account sees it: shared/{user}, or user/{local}. Left empty, the account’s own mailbox is the one that all recipients share.',
  },
  {
    key: 'test-mailbox',
    type: 'string',
    label: 'Mailbox for the Test',
    group: 'Log-in',
    tooltip: 'An address of these domains that has a mailbox. The test logs in to it and lists its folders.',
  },
];

const scope: SpecField[] = [
  {
    key: 'folders',
    type: 'string',
    label: 'Folders to Look Through',
    group: 'Folders',
    tooltip:
      'With commas between them, such as INBOX, \\Junk. \\Junk, \\Trash, \\Archive and \\Sent are what the server says they are. Left empty: all.',
  },
  {
    key: 'target',
    type: 'string',
    label: 'Folder for Moved Mail',
    group: 'Folders',
    required: true,
    default_value: 'Quarantine',
    tooltip: 'Made in a mailbox where it is not there. \\Junk and \\Trash are what the server says they are.',
  },
  {
    key: 'timeframe_days',
    type: 'integer',
    label: 'Request Timeframe (days)',
    group: 'Limits',
    required: true,
    default_value: 30,
    tooltip: 'How many days back message tracking is asked who received a message.',
    minimum: 1,
    maximum: 365,
  },
  {
    key: 'limit_mailboxes',
    type: 'integer',
    label: 'Mailboxes at Once',
    group: 'Limits',
    required: true,
    default_value: 200,
    tooltip: 'An action that would be about more is refused.',
    minimum: 1,
    maximum: 2000,
  },
  {
    key: 'limit_seconds',
    type: 'integer',
    label: 'Seconds a Mailbox',
    group: 'Limits',
    required: true,
    default_value: 30,
    minimum: 2,
    maximum: 120,
  },
];

export const IMAP_MAILBOX: ModuleType = {
  id: MAILBOX_TYPE,
  visibility: 'global',
  title: 'IMAP Mailbox',
  default_name: 'IMAP Mailbox',
  short_description:
    'Finds a delivered message in the mailboxes of its recipients, moves it away or deletes it.',
  description: [
    'Mail that has been delivered is out of the gateway’s reach. This module opens the mailboxes of those who received a message, on any server that speaks IMAP, and finds it there by its Message-ID.',
    'Who received it is asked of message tracking. Only recipients that a message was delivered to, in the domains that this module serves, are ever looked at. A dry run shows where the message is and changes nothing; moving can be undone, deleting cannot.',
    'The server needs a master user that may open every mailbox, or an account that the mailboxes are shared with. It must offer TLS, and UIDPLUS or MOVE so that nothing but the message is touched.',
  ].join('\n\n'),
  tips: steps(
    'On the mail server, set up a master user (Dovecot: auth_master_user_separator = * and a passdb with master = yes), or share the mailboxes with one account.',
    'Enter the server and the domains whose mailboxes it holds.',
    'Choose the form of log-in that the server takes; enter user name and password.',
    'Enter a mailbox for the test, save, and test the module: it logs in there and lists the folders.',
    'Open the menu of a Message-ID and choose Find in mailboxes. Nothing is changed until you confirm a second step.',
  ),
  external_references: [
    {
      label: 'Dovecot: master users',
      link: 'https://doc.dovecot.org/latest/core/config/auth/master_users.html',
    },
  ],
  configuration_spec: [...server, ...logIn, ...scope],
  capabilities: [
    { id: 'health', description: 'Logs in to the mailbox for the test and lists its folders.' },
    { id: 'respond', description: 'Finds, moves and deletes a message in the mailboxes of its recipients.' },
  ],
  properties: {},
  flags: [],
  logo: tile('IM', 265),
};
