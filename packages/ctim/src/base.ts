/** Blocks that CTIM entities share: string classes, times, base, describable, sourcable. */
import { z } from 'zod';
import { Tlp } from './vocab.ts';

export const ShortString = z.string().max(1024);
export const MedString = z.string().max(2048);
export const LongString = z.string().max(5000);
export const Uri = z.string().max(2048);

/** ISO 8601 time, as text on the wire. */
export const Time = z.iso.datetime({ offset: true });

export const ObservedTime = z.strictObject({ start_time: Time, end_time: Time.optional() });
export type ObservedTime = z.infer<typeof ObservedTime>;
export const ValidTime = z.strictObject({ start_time: Time.optional(), end_time: Time.optional() });
export type ValidTime = z.infer<typeof ValidTime>;

export const ExternalReference = z.strictObject({
  source_name: MedString,
  description: LongString.optional(),
  url: Uri.optional(),
  hashes: z.array(ShortString).optional(),
  external_id: z.string().optional(),
});

/** CTIM KillChainPhase, as STIX 2 has it. */
export const KillChainPhase = z.strictObject({ kill_chain_name: ShortString, phase_name: ShortString });

/** What CTIA, the store of entities, adds to each; whoever sends them is not believed. */
const stored = {
  owner: ShortString.optional(),
  groups: z.array(ShortString).optional(),
  created: Time.optional(),
  modified: Time.optional(),
  client_id: ShortString.optional(),
  authorized_users: z.array(ShortString).optional(),
  authorized_groups: z.array(ShortString).optional(),
};

/** Fields every entity has. */
export const base = {
  id: z.string().max(2048),
  schema_version: ShortString,
  revision: z.int().min(0).optional(),
  external_ids: z.array(z.string()).optional(),
  external_references: z.array(ExternalReference).optional(),
  timestamp: Time.optional(),
  language: ShortString.optional(),
  tlp: Tlp.optional(),
  ...stored,
};

export const describable = {
  title: ShortString.optional(),
  description: LongString.optional(),
  short_description: MedString.optional(),
};

/** The same where title and description are needed. */
export const described = { title: ShortString, description: LongString, short_description: MedString };

export const sourcable = { source: MedString.optional(), source_uri: Uri.optional() };
export const sourced = { source: MedString, source_uri: Uri.optional() };

/** Epoch milliseconds to the form the wire uses everywhere: `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
