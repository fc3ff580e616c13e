/** Glyphs of observable types and marks of dispositions, the same in tags, tables and legends. */
import {
  IconAlertHexagonFilled,
  IconAlertTriangle,
  IconAt,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleDot,
  IconCircleHalf2,
  IconDeviceDesktop,
  IconFile,
  IconHash,
  IconLink,
  IconMail,
  IconMailCode,
  IconPlugConnected,
  IconPoint,
  IconServer2,
  IconTargetArrow,
  IconUser,
  IconWorld,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { look, type Standing } from './disposition.ts';

type Icon = ComponentType<{
  size?: number | string;
  stroke?: number;
  color?: string;
  'aria-hidden'?: boolean;
}>;

const TYPES: Record<string, Icon> = {
  ip: IconTargetArrow,
  ipv6: IconTargetArrow,
  domain: IconWorld,
  url: IconLink,
  email: IconAt,
  email_subject: IconMail,
  email_messageid: IconMailCode,
  cisco_mid: IconServer2,
  sha256: IconHash,
  sha1: IconHash,
  md5: IconHash,
  file_name: IconFile,
  file_path: IconFile,
  hostname: IconDeviceDesktop,
  user: IconUser,
  mac_address: IconPlugConnected,
};

export function TypeGlyph({ type, size = 14 }: { type: string; size?: number }): ReactNode {
  const Glyph = TYPES[type] ?? IconPoint;
  return <Glyph size={size} stroke={1.7} aria-hidden />;
}

const MARKS: Record<string, Icon> = {
  1: IconCircleCheck,
  2: IconAlertHexagonFilled,
  3: IconAlertTriangle,
  4: IconCircleDot,
  5: IconCircle,
  conflict: IconCircleHalf2,
  none: IconCircleDashed,
};

export function DispositionMark({ standing, size = 14 }: { standing: Standing; size?: number }): ReactNode {
  const Mark = MARKS[standing] as Icon;
  return <Mark size={size} color={look(standing).color} aria-hidden />;
}

/** Icon and word in the disposition's colour. */
export function DispositionBadge({ standing }: { standing: Standing }): ReactNode {
  const { word, color } = look(standing);
  return (
    <span style={{ color, display: 'inline-flex', alignItems: 'center', gap: 4, whiteSpace: 'nowrap' }}>
      <DispositionMark standing={standing} />
      {word}
    </span>
  );
}
