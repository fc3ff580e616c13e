/** Saved views in the command palette. */
import { listViews } from '@sightline/api';
import { IconBookmark } from '@tabler/icons-react';
import { useCall } from '../kit/call.ts';
import type { Command } from '../kit/palette.tsx';
import { visible } from '../kit/text.ts';
import { useOpenView } from './open.ts';

const NAMES = {
  investigate: 'Investigate',
  intelligence: 'Intelligence',
  casebooks: 'Casebooks',
  incidents: 'Incidents',
} as const;

export function useViewCommands(): Command[] {
  const { data } = useCall(listViews);
  const open = useOpenView();
  return (data?.views ?? []).map((view) => ({
    id: `view:${view.id}`,
    label: `View ${visible(view.name)} of ${NAMES[view.page]}${view.own ? '' : `, by ${visible(view.by)}`}`,
    icon: <IconBookmark size={16} stroke={1.6} />,
    run: () => open(view),
  }));
}
