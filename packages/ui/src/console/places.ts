/** Where the console's pages are. Menus have the names that AsyncOS gives them. */
import {
  IconArrowsExchange,
  IconCloudCog,
  IconFileSettings,
  IconGauge,
  IconGitCommit,
  IconHistory,
  IconMailSearch,
} from '@tabler/icons-react';
import type { Place } from '../kit/shell.tsx';

export const OVERVIEW: string = '/overview';
export const TRACKING: string = '/tracking';
export const MAIL_FLOW: string = '/mail-flow';
export const CLOUD: string = '/cloud-service-settings';
export const COMMIT: string = '/commit';
export const HISTORY: string = '/history';
export const CONFIG_FILE: string = '/configuration-file';

/** Address of a message's details; sightings link here. */
export const messagePath = (mid: number): string => `${TRACKING}/${mid}`;

export interface MenuSpec {
  label: string;
  items: Place[];
}

export const MENUS: MenuSpec[] = [
  {
    label: 'Monitor',
    items: [
      { to: OVERVIEW, label: 'Overview', icon: IconGauge },
      { to: TRACKING, label: 'Message Tracking', short: 'Tracking', icon: IconMailSearch },
    ],
  },
  {
    label: 'Network',
    items: [
      { to: MAIL_FLOW, label: 'Mail Flow', icon: IconArrowsExchange },
      { to: CLOUD, label: 'Cloud Service Settings', short: 'Cloud', icon: IconCloudCog },
    ],
  },
  {
    label: 'System Administration',
    items: [
      { to: COMMIT, label: 'Uncommitted Changes', short: 'Changes', icon: IconGitCommit },
      { to: HISTORY, label: 'Configuration History', short: 'History', icon: IconHistory },
      { to: CONFIG_FILE, label: 'Configuration File', short: 'File', icon: IconFileSettings },
    ],
  },
];

export const PLACES: Place[] = MENUS.flatMap((menu) => menu.items);
