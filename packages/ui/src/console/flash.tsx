/** The banner that says what was just done. It stands on the page it was made for and goes with it. */
import { CloseButton } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import css from './console.module.css';

interface Flash {
  text: string;
  /** Page that shows it. */
  path: string;
}

const FlashContext = createContext<{ flash: Flash | null; show: (flash: Flash | null) => void }>({
  flash: null,
  show: () => {},
});

export function FlashProvider({ children }: { children: ReactNode }): ReactNode {
  const [flash, show] = useState<Flash | null>(null);
  const value = useMemo(() => ({ flash, show }), [flash]);
  return <FlashContext.Provider value={value}>{children}</FlashContext.Provider>;
}

/** `flash('Success — …', '/overview')` before going there. */
export function useFlash(): (text: string, path: string) => void {
  const { show } = useContext(FlashContext);
  return useCallback((text, path) => show({ text, path }), [show]);
}

/** Takes a banner away once what it says is no longer the last word. */
export function useFlashEnd(text: string, over: boolean): void {
  const { flash, show } = useContext(FlashContext);
  const ends = over && flash?.text === text;
  useEffect(() => {
    if (ends) show(null);
  }, [ends, show]);
}

export function FlashBanner(): ReactNode {
  const { flash, show } = useContext(FlashContext);
  const path = useRouterState({
    select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname,
  });
  const here = flash?.path === path;
  useLeaving(flash, here, show);
  if (!flash || !here) return null;
  return (
    <div role="status" className={css.flash}>
      <IconCircleCheck size={17} aria-hidden />
      <span style={{ flex: 1 }}>{flash.text}</span>
      <CloseButton size="xs" aria-label="Dismiss" onClick={() => show(null)} />
    </div>
  );
}

/** Once it has been seen, going elsewhere ends it; another banner that was made for there stays. */
function useLeaving(flash: Flash | null, here: boolean, show: (flash: null) => void): void {
  const [seen, setSeen] = useState<Flash | null>(null);
  useEffect(() => {
    if (here) setSeen(flash);
    else if (seen !== null && seen === flash) show(null);
  }, [flash, here, seen, show]);
}
