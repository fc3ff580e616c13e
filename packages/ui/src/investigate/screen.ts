import { useEffect, useState } from 'react';

/** Whether an element fills the screen, and a switch for it. */
export function useFullScreen(element: () => HTMLElement | null): [full: boolean, toggle: () => void] {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  const toggle = (): void => {
    // A browser that refuses leaves the page as it is; there is nothing to tell.
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    else
      element()
        ?.requestFullscreen()
        .catch(() => {});
  };
  return [full, toggle];
}
