import type { ReactNode } from 'react';

export function DevicesPage(): ReactNode {
  return <h1>DevicesPage</h1>;
}

export function CloudServicesPage(): ReactNode {
  return <h1>CloudServicesPage</h1>;
}

export function AuditPage(): ReactNode {
  return <h1>AuditPage</h1>;
}
