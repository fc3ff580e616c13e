/** Where the console's pages are. Menus have the names that AsyncOS gives them. */
import {
  IconAddressBook,
  IconAdjustments,
  IconArrowBack,
  IconArrowsExchange,
  IconBan,
  IconBiohazard,
  IconCertificate,
  IconCloudCog,
  IconFileSettings,
  IconFilterDown,
  IconFilterUp,
  IconGauge,
  IconGitCommit,
  IconHistory,
  IconKey,
  IconListDetails,
  IconMailDown,
  IconMailQuestion,
  IconMailSearch,
  IconMailUp,
  IconPlugConnected,
  IconRoute,
  IconSend,
  IconShieldCheck,
  IconStack2,
  IconUsers,
} from '@tabler/icons-react';
import type { Place } from '../kit/place.ts';

export const OVERVIEW: string = '/overview';
export const TRACKING: string = '/tracking';
export const QUARANTINES: string = '/quarantines';
export const LISTS: string = '/blocklists';
export const MAIL_FLOW: string = '/mail-flow';
export const LISTENERS: string = '/listeners';
export const CERTIFICATES: string = '/certificates';
export const SUBMISSION: string = '/submission-users';
export const HAT: string = '/hat';
export const FLOW_POLICIES: string = '/mail-flow-policies';
export const RAT: string = '/rat';
export const INCOMING_POLICIES: string = '/incoming-mail-policies';
export const OUTGOING_POLICIES: string = '/outgoing-mail-policies';
export const INCOMING_FILTERS: string = '/incoming-content-filters';
export const OUTGOING_FILTERS: string = '/outgoing-content-filters';
export const ENGINES: string = '/engines';
export const TRACE: string = '/trace';
export const CLOUD: string = '/cloud-service-settings';
export const COMMIT: string = '/commit';
export const HISTORY: string = '/history';
export const CONFIG_FILE: string = '/configuration-file';
export const QUEUE: string = '/queue';
export const DELIVERY: string = '/delivery-status';
export const SMTP_ROUTES: string = '/smtp-routes';
export const BOUNCE_PROFILES: string = '/bounce-profiles';
export const DESTINATIONS: string = '/destination-controls';
export const USERS: string = '/users';

/** Address of a message's details; sightings link here. */
export const messagePath = (mid: number): string => `${TRACKING}/${mid}`;

/** What each quarantine keeps, and how long. */
export const QUARANTINE_SETTINGS: string = `${QUARANTINES}/settings`;

/** Address of a quarantined message. */
export const quarantinedPath = (mid: number): string => `${QUARANTINES}/${mid}`;

export interface MenuSpec {
  label: string;
  items: Place[];
}

export const MENUS: MenuSpec[] = [
  {
    label: 'Monitor',
    items: [
      { to: OVERVIEW, label: 'Overview', icon: IconGauge },
      {
        to: TRACKING,
        label: 'Message Tracking',
        short: 'Tracking',
        icon: IconMailSearch,
        needs: 'tracking:read',
      },
      {
        to: QUARANTINES,
        label: 'Policy, Virus and Outbreak Quarantines',
        short: 'Quarantines',
        icon: IconBiohazard,
        needs: 'quarantine:read',
      },
      { to: DELIVERY, label: 'Delivery Status', short: 'Delivery', icon: IconSend, needs: 'queue:read' },
      { to: QUEUE, label: 'Queue', icon: IconStack2, needs: 'queue:read' },
    ],
  },
  {
    label: 'Mail Policies',
    items: [
      {
        to: INCOMING_POLICIES,
        label: 'Incoming Mail Policies',
        short: 'Incoming',
        icon: IconMailDown,
        needs: 'config:read',
      },
      {
        to: OUTGOING_POLICIES,
        label: 'Outgoing Mail Policies',
        short: 'Outgoing',
        icon: IconMailUp,
        needs: 'config:read',
      },
      {
        to: INCOMING_FILTERS,
        label: 'Incoming Content Filters',
        short: 'Filters in',
        icon: IconFilterDown,
        needs: 'config:read',
      },
      {
        to: OUTGOING_FILTERS,
        label: 'Outgoing Content Filters',
        short: 'Filters out',
        icon: IconFilterUp,
        needs: 'config:read',
      },
      { to: HAT, label: 'HAT Overview', short: 'HAT', icon: IconListDetails, needs: 'config:read' },
      {
        to: FLOW_POLICIES,
        label: 'Mail Flow Policies',
        short: 'Flow Policies',
        icon: IconRoute,
        needs: 'config:read',
      },
      {
        to: RAT,
        label: 'Recipient Access Table',
        short: 'RAT',
        icon: IconAddressBook,
        needs: 'config:read',
      },
      { to: LISTS, label: 'Blocklists', icon: IconBan, needs: 'lists:read' },
      {
        to: DESTINATIONS,
        label: 'Destination Controls',
        short: 'Destinations',
        icon: IconAdjustments,
        needs: 'config:read',
      },
    ],
  },
  {
    label: 'Security Services',
    items: [{ to: ENGINES, label: 'Engines', icon: IconShieldCheck, needs: 'config:read' }],
  },
  {
    label: 'Network',
    items: [
      { to: LISTENERS, label: 'Listeners', icon: IconPlugConnected, needs: 'config:read' },
      { to: MAIL_FLOW, label: 'Mail Flow', icon: IconArrowsExchange, needs: 'config:read' },
      { to: CERTIFICATES, label: 'Certificates', icon: IconCertificate, needs: 'config:read' },
      {
        to: SUBMISSION,
        label: 'Submission Users',
        short: 'Submission',
        icon: IconKey,
        needs: 'config:read',
      },
      {
        to: CLOUD,
        label: 'Cloud Service Settings',
        short: 'Cloud',
        icon: IconCloudCog,
        needs: 'config:read',
      },
      { to: SMTP_ROUTES, label: 'SMTP Routes', short: 'Routes', icon: IconRoute, needs: 'config:read' },
      {
        to: BOUNCE_PROFILES,
        label: 'Bounce Profiles',
        short: 'Bounces',
        icon: IconArrowBack,
        needs: 'config:read',
      },
    ],
  },
  {
    label: 'System Administration',
    items: [
      { to: TRACE, label: 'Trace', icon: IconMailQuestion, needs: 'config:read' },
      {
        to: COMMIT,
        label: 'Uncommitted Changes',
        short: 'Changes',
        icon: IconGitCommit,
        needs: 'config:read',
      },
      {
        to: HISTORY,
        label: 'Configuration History',
        short: 'History',
        icon: IconHistory,
        needs: 'config:read',
      },
      {
        to: CONFIG_FILE,
        label: 'Configuration File',
        short: 'File',
        icon: IconFileSettings,
        needs: 'config:read',
      },
      { to: USERS, label: 'Users', icon: IconUsers, needs: 'user:read' },
    ],
  },
];

export const PLACES: Place[] = MENUS.flatMap((menu) => menu.items);

/** Whether the page at this path is the place or belongs to it. */
export const isAt = (path: string, { to }: Place): boolean => path === to || path.startsWith(`${to}/`);

/** The menu that leads to the page at this path. */
export const menuAt = (path: string, menus: MenuSpec[] = MENUS): MenuSpec | undefined =>
  menus.find(({ items }) => items.some((place) => isAt(path, place)));
