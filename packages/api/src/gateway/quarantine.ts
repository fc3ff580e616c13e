/** Quarantines: where messages wait for somebody to decide. */
import { z } from 'zod';
import { Name } from './address.ts';

export const QuarantineSettings = z.object({
  name: Name,
  /** How long a message stays unless somebody decides before. */
  keepHours: z
    .int()
    .min(1)
    .max(5 * 365 * 24),
  /** What becomes of it then. */
  atExpiry: z.enum(['release', 'delete']),
  /** Bytes of all its messages; with more, the oldest leave early as if their time had come. */
  maxBytes: z
    .int()
    .min(1024 * 1024)
    .default(1024 ** 3),
});
export type QuarantineSettings = z.infer<typeof QuarantineSettings>;

const DAY = 24;
/** Those that an appliance begins with. */
export const QUARANTINES: readonly z.input<typeof QuarantineSettings>[] = [
  { name: 'Policy', keepHours: 10 * DAY, atExpiry: 'delete' },
  { name: 'Spam', keepHours: 14 * DAY, atExpiry: 'delete' },
  { name: 'Virus', keepHours: 30 * DAY, atExpiry: 'delete' },
  { name: 'Outbreak', keepHours: 14 * DAY, atExpiry: 'release' },
  { name: 'Unclassified', keepHours: 30 * DAY, atExpiry: 'delete' },
];

/** The part of the configuration that names the quarantines. */
export const quarantining = {
  quarantines: z
    .array(QuarantineSettings)
    .min(1)
    .max(50)
    .prefault(() => structuredClone([...QUARANTINES])),
};

/** Settings of a quarantine; those of Unclassified when it has been removed from the configuration. */
export const quarantineOf = (all: readonly QuarantineSettings[], name: string): QuarantineSettings =>
  all.find((one) => one.name === name) ??
  QuarantineSettings.parse({ name, keepHours: 30 * DAY, atExpiry: 'delete' });
