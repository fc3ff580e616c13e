/** Our glyphs of observable types and marks of dispositions as paths on a 24 x 24 grid, for pages and canvas. */

const GLYPHS: Record<string, string> = {
  ip: 'M12 3v4M12 17v4M3 12h4M17 12h4M18 12a6 6 0 1 1-12 0a6 6 0 1 1 12 0M12 12h.01',
  domain:
    'M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0M3.500 9h17M3.500 15h17M12 3c-5 5.500-5 12.500 0 18M12 3c5 5.500 5 12.500 0 18',
  url: 'M10 14a4 4 0 0 0 5.700 0l4-4a4 4 0 0 0-5.700-5.700l-.8.8M14 10a4 4 0 0 0-5.700 0l-4 4a4 4 0 0 0 5.700 5.700l.8-.8',
  email: 'M16 12a4 4 0 1 1-8 0a4 4 0 1 1 8 0v1.500a2.500 2.500 0 0 0 5 0v-1.500a9 9 0 1 0-4 7.500',
  email_subject:
    'M4 5.500h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-16a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1M3.500 7l8.500 6l8.500-6',
  email_messageid:
    'M11 18.500h-7a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1h16a1 1 0 0 1 1 1v4.500M3.500 7l8.500 6l8.500-6M15 16h6.500M14.500 19.500h6.500M17 14l-1 8M20.500 14l-1 8',
  cisco_mid:
    'M5 3.500h14a1.500 1.500 0 0 1 1.500 1.500v4a1.500 1.500 0 0 1-1.500 1.500h-14a1.500 1.500 0 0 1-1.500-1.500v-4a1.500 1.500 0 0 1 1.500-1.500M5 13.500h14a1.500 1.500 0 0 1 1.500 1.500v4a1.500 1.500 0 0 1-1.500 1.500h-14a1.500 1.500 0 0 1-1.500-1.500v-4a1.500 1.500 0 0 1 1.500-1.500M7 7h.01M7 17h.01M11 7h6M11 17h6',
  hash: 'M5 9h14M5 15h14M10.500 4l-2.500 16M16 4l-2.500 16',
  file: 'M13.500 3v5.500h5.500M13.500 3h-7a1.500 1.500 0 0 0-1.500 1.500v15a1.500 1.500 0 0 0 1.500 1.500h11a1.500 1.500 0 0 0 1.500-1.500v-11z',
  host: 'M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-16a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1M8 20h8M12 16v4',
  user: 'M16 7.500a4 4 0 1 1-8 0a4 4 0 1 1 8 0M5 20.500v-1.500a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v1.500',
  mac: 'M7 6h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-10a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1M10 2.500v3.500M14 2.500v3.500M10 18v3.500M14 18v3.500M2.500 10h3.500M2.500 14h3.500M18 10h3.500M18 14h3.500',
  other:
    'M12 3.500l7.500 4.300v8.500l-7.500 4.200l-7.500-4.200v-8.500zM12 12l7.500-4.200M12 12v8.500M12 12l-7.500-4.200',
};

const SAME: Record<string, string> = {
  ipv6: 'ip',
  sha256: 'hash',
  sha1: 'hash',
  md5: 'hash',
  file_name: 'file',
  file_path: 'file',
  hostname: 'host',
  device: 'host',
  mac_address: 'mac',
};

/** Path of the glyph of an observable type; drawn as a line, not filled. */
export const glyphPath = (type: string): string => GLYPHS[SAME[type] ?? type] ?? (GLYPHS.other as string);

export interface MarkShape {
  /** Outline, drawn filled where `fill` is set. */
  outline: string;
  fill: boolean;
  dashed: boolean;
  /** Inner sign, drawn as a line. */
  sign: string;
}

const RING = 'M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0';
const MARKS: Record<string, MarkShape> = {
  1: { outline: RING, fill: false, dashed: false, sign: 'M8 12.500l3 3l5.500-6' },
  2: {
    outline: 'M8 2.500h8l5.500 5.500v8l-5.500 5.500h-8l-5.500-5.500v-8z',
    fill: true,
    dashed: false,
    sign: 'M12 7v6M12 16.500h.01',
  },
  3: { outline: 'M12 3l10 17.500h-20z', fill: false, dashed: false, sign: 'M12 9.500v5M12 17.200h.01' },
  4: { outline: RING, fill: false, dashed: false, sign: 'M12 12h.01' },
  5: { outline: RING, fill: false, dashed: false, sign: '' },
  conflict: { outline: RING, fill: false, dashed: false, sign: 'M12 3v18M15.500 6v12M18.500 8.500v7' },
  none: { outline: RING, fill: false, dashed: true, sign: '' },
};

export const markShape = (standing: string | number): MarkShape =>
  MARKS[standing] ?? (MARKS.none as MarkShape);
