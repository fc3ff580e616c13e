/** Nothing was seen: who was asked, how far back, and what can be done. */
import { Button } from '@mantine/core';
import { listModules } from '@sightline/api';
import { IconMailOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { EmptyState, Skeleton } from '../kit/states.tsx';
import type { Run } from './stream.ts';

interface NothingProps {
  run: Run;
  onEdit: () => void;
  /** In manual mode: ask about all of it now. */
  onAsk: () => void;
}

export function Nothing({ run, onEdit, onAsk }: NothingProps): ReactNode {
  const modules = useCall(listModules);
  if (run.phase === 'running') return <Skeleton rows={4} />;
  if (run.manual && run.modules.length === 0) return <NotAsked onAsk={onAsk} />;
  if (run.modules.length === 0 && run.phase === 'done')
    return (
      <EmptyState title="There was no module to ask" actions={<Link to="/modules/new">Add a module</Link>}>
        A module answers from one source, such as the message tracking of an Email Security Appliance. Add
        one, then investigate again.
      </EmptyState>
    );
  const days = new Map(modules.data?.modules.map((m) => [m.id, m.settings.timeframe_days]));
  const asked = run.modules.filter((m) => m.state === 'ok' || m.state === 'partial');
  const silent = run.modules.filter((m) => m.state === 'error' || m.state === 'stopped');
  const who = asked.map(({ ref }) => {
    const span = days.get(ref.module_instance_id);
    return typeof span === 'number' ? `${ref.module} for the last ${span} days` : ref.module;
  });
  return (
    <EmptyState
      icon={<IconMailOff size={28} stroke={1.4} aria-hidden />}
      title={asked.length > 0 ? 'No sightings' : 'No module answered'}
      actions={
        <Button variant="default" onClick={onEdit}>
          Edit query
        </Button>
      }
    >
      {who.length > 0 && `Asked: ${who.join('; ')}. `}
      {silent.length > 0 && `No answer from ${silent.map((m) => m.ref.module).join(', ')}. `}
      {asked.length > 0 && 'A longer request timeframe in the settings of a module looks further back.'}
    </EmptyState>
  );
}

const NotAsked = ({ onAsk }: { onAsk: () => void }): ReactNode => (
  <EmptyState title="Nobody has been asked yet" actions={<Button onClick={onAsk}>Ask about all</Button>}>
    Manual mode shows what was recognised. Open a node and choose Ask about this, or ask about all of them.
  </EmptyState>
);
