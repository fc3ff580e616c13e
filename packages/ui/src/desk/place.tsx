/** Where the dock is: opened by a key or a button, and by itself while an observable is dragged. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBriefcase } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { isCarried } from '../kit/drag.ts';
import { useKeys } from '../kit/keys.tsx';
import { useMay } from '../kit/may.tsx';
import { useDesk } from './provider.tsx';

const Dock = lazy(() => import('./dock.tsx'));

export function DockPlace(): ReactNode {
  const { docked } = useDesk();
  const dragging = useDragging();
  const may = useMay('intel:read');
  if (!may || !(docked || dragging)) return null;
  return (
    <Suspense>
      <Dock />
    </Suspense>
  );
}

export function DockButton(): ReactNode {
  const { docked, setDocked } = useDesk();
  const may = useMay('intel:read');
  useKeys(may ? [{ keys: '[', does: 'Show or hide the casebook dock', act: () => setDocked(!docked) }] : []);
  if (!may) return null;
  const label = docked ? 'Hide the casebook dock' : 'Show the casebook dock';
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-expanded={docked} onClick={() => setDocked(!docked)}>
        <IconBriefcase size={17} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

/** An observable is being dragged somewhere on the page. */
function useDragging(): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    // A page that changes in the moment of `dragstart` ends the dragging in some browsers.
    const begin = (event: DragEvent): void => {
      if (isCarried(event)) setTimeout(() => setDragging(true), 0);
    };
    const end = (): void => setDragging(false);
    document.addEventListener('dragstart', begin);
    document.addEventListener('dragend', end);
    document.addEventListener('drop', end);
    return () => {
      document.removeEventListener('dragstart', begin);
      document.removeEventListener('dragend', end);
      document.removeEventListener('drop', end);
    };
  }, []);
  return dragging;
}
