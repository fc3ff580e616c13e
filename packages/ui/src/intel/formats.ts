/** What intelligence can be exported as, and imported from. */
import type { IntelFormat } from '@sightline/api';

export const FORMATS: { value: IntelFormat; label: string }[] = [
  { value: 'ctim', label: 'CTIM bundle' },
  { value: 'stix', label: 'STIX 2.1 bundle' },
  { value: 'misp', label: 'MISP event' },
  { value: 'csv', label: 'CSV: one observable a line, or with a header' },
];
