/** Ctrl+K: the command palette with everything that the frame can do. */
import { useMantineColorScheme } from '@mantine/core';
import type { Me } from '@sightline/api';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { setDisplay, useDisplay } from './display.ts';
import { useKeys } from './keys.tsx';
import type { Command } from './palette.tsx';
import { allowed, type Place } from './place.ts';
import { useZone } from './when.tsx';

const Palette = lazy(() => import('./palette.tsx'));
const NO_TEXT = (): Command[] => [];

interface CommandsProps {
  me: Me;
  places: Place[];
  onLogOut: () => void;
  withText: ((text: string) => Command[]) | undefined;
}

export function Commands({ me, places, onLogOut, withText }: CommandsProps): ReactNode {
  const [open, setOpen] = useState(false);
  const here = allowed(places, me);
  const navigate = useNavigate();
  const going = here.flatMap(({ to, label, key }) =>
    key ? [{ keys: `g ${key}`, does: `Go to ${label}`, act: () => void navigate({ to: to as never }) }] : [],
  );
  useKeys([
    { keys: 'mod+K', does: 'Command palette', act: () => setOpen(true) },
    { keys: 'shift+?', does: 'This list' },
    ...going,
  ]);
  const switches = useSwitches();
  if (!open) return null;
  const commands: Command[] = [
    ...here.map(({ to, label, icon: Icon }) => ({
      id: `place:${to}`,
      label,
      icon: <Icon size={16} stroke={1.6} />,
      run: () => void navigate({ to: to as never }),
    })),
    { id: 'account', label: 'My account', run: () => void navigate({ to: '/account' as never }) },
    ...switches,
    { id: 'logout', label: 'Log out', run: onLogOut },
  ];
  return (
    <Suspense>
      <Palette commands={commands} withText={withText ?? NO_TEXT} onClose={() => setOpen(false)} />
    </Suspense>
  );
}

function useSwitches(): Command[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { zone, setZone } = useZone();
  const { contrast } = useDisplay();
  const scheme = colorScheme === 'light' ? 'dark' : 'light';
  return [
    { id: 'scheme', label: `Switch to the ${scheme} theme`, run: () => setColorScheme(scheme) },
    {
      id: 'zone',
      label: `Show times in ${zone === 'utc' ? 'local time' : 'UTC'}`,
      run: () => setZone(zone === 'utc' ? 'local' : 'utc'),
    },
    {
      id: 'contrast',
      label: contrast === 'more' ? 'Normal contrast' : 'High contrast',
      run: () => setDisplay({ contrast: contrast === 'more' ? 'normal' : 'more' }),
    },
  ];
}
