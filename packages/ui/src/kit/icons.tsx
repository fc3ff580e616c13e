/** Glyphs of observable types and marks of dispositions, the same in tags, tables, legends and the graph. */
import type { ReactNode } from 'react';
import { look, type Standing } from './disposition.ts';
import { glyphPath, markShape } from './glyph.ts';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

export function TypeGlyph({ type, size = 14 }: { type: string; size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" strokeWidth={1.9} {...line} aria-hidden="true">
      <path d={glyphPath(type)} />
    </svg>
  );
}

export function DispositionMark({ standing, size = 14 }: { standing: Standing; size?: number }): ReactNode {
  const { outline, fill, dashed, sign } = markShape(standing);
  const { color } = look(standing);
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" strokeWidth={2.2} {...line} aria-hidden="true">
      <path
        d={outline}
        stroke={color}
        fill={fill ? color : 'none'}
        strokeDasharray={dashed ? '3.500 4.200' : undefined}
      />
      {sign && <path d={sign} stroke={fill ? 'var(--sl-surface)' : color} strokeWidth={2.6} />}
    </svg>
  );
}

/** Icon and word in the disposition's colour. */
export function DispositionBadge({ standing }: { standing: Standing }): ReactNode {
  const { word, color } = look(standing);
  return (
    <span
      style={{
        color,
        display: 'inline-flex',
        alignItems: 'center',
        gap: 4,
        whiteSpace: 'nowrap',
        verticalAlign: 'middle',
      }}
    >
      <DispositionMark standing={standing} />
      {word}
    </span>
  );
}
