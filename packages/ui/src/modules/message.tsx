/** A message of a module's appliance: where the address of a sighting leads. */
import { listModules } from '@sightline/api';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { MessageCard } from '../investigate/message.tsx';
import { useCall } from '../kit/call.ts';
import { EmptyState, Page } from '../kit/states.tsx';

export function MessagePage(): ReactNode {
  const { id, mid } = useParams({ strict: false }) as { id: string; mid: string };
  const modules = useCall(listModules);
  const module = modules.data?.modules.find((one) => one.id === id);
  return (
    <Page title={`Message ${mid}`} lead={module ? `As ${module.name} has tracked it` : undefined}>
      <div className="panel" style={{ padding: 4 }}>
        {/^[1-9]\d{0,15}$/.test(mid) ? (
          <MessageCard module={id} name={module?.name ?? ''} mid={Number(mid)} />
        ) : (
          <EmptyState title="There is no such message">A message ID (MID) is a number.</EmptyState>
        )}
      </div>
    </Page>
  );
}
