import type { Severity } from '@sightline/ctim';
import type { ReactNode } from 'react';

const BARS: Record<Severity, number> = {
  None: 0,
  Unknown: 0,
  Info: 1,
  Low: 1,
  Medium: 2,
  High: 3,
  Critical: 4,
};

/** Four bars and the word; its own ramp, never the colours of dispositions. */
export function SeverityBars({ severity }: { severity: Severity }): ReactNode {
  if (severity === 'Unknown' || severity === 'None') return <span className="muted">{severity}</span>;
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 6, verticalAlign: 'middle' }}>
      <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
        {[0, 1, 2, 3].map((i) => (
          <rect
            key={i}
            x={i * 4}
            y={8 - i * 2.5}
            width="3"
            height={4 + i * 2.5}
            rx="0.5"
            fill={i < BARS[severity] ? 'var(--sl-text)' : 'var(--sl-line-strong)'}
          />
        ))}
      </svg>
      {severity}
    </span>
  );
}
