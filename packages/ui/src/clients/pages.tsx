import type { ReactNode } from 'react';

export function ClientsPage(): ReactNode {
  return <h1>ClientsPage</h1>;
}
