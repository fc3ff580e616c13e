import type { ReactNode } from 'react';

/** The product's mark: a sight. */
export function Mark({ size = 22 }: { size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <g fill="none" stroke="var(--sl-accent)" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="16" r="9" />
        <path d="M16 2.500v6.500M16 23v6.500M2.500 16h6.500M23 16h6.500" />
      </g>
      <circle cx="16" cy="16" r="2.700" fill="var(--sl-accent)" />
    </svg>
  );
}
