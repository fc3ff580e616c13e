import type { Me } from '@sightline/api';
import { createContext, type ReactNode, useContext } from 'react';

const MeContext = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }): ReactNode {
  return <MeContext.Provider value={me}>{children}</MeContext.Provider>;
}

/** The user who is logged in; undefined outside of the program. */
export const useMe = (): Me | undefined => useContext(MeContext);

/** Whether the user's role allows this. The server decides; a page only hides what would be refused. */
export const useMay = (permission: string): boolean => useMe()?.permissions.includes(permission) ?? false;

/** Shows its children to those whose role allows this. */
export function May({ do: permission, children }: { do: string; children: ReactNode }): ReactNode {
  return useMay(permission) ? children : null;
}
