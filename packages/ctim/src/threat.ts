/** CTIM's entities about those who attack and how: actors, campaigns, tools, weaknesses and what helps. */
import { z } from 'zod';
import {
  base,
  describable,
  described,
  KillChainPhase,
  LongString,
  ShortString,
  sourcable,
  sourced,
  Time,
  Uri,
  ValidTime,
} from './base.ts';
import { Confidence } from './vocab.ts';

const names = z.array(ShortString).optional();

export const Actor = z.strictObject({
  type: z.literal('actor'),
  ...base,
  ...sourced,
  ...described,
  valid_time: ValidTime,
  actor_types: names,
  /** What CTIM before 1.2 had in the place of `actor_types`. */
  actor_type: ShortString.optional(),
  identity: z
    .strictObject({
      description: LongString,
      related_identities: z.array(
        z.looseObject({
          identity: Uri,
          confidence: Confidence.optional(),
          relationship: z.string().optional(),
        }),
      ),
    })
    .optional(),
  motivation: ShortString.optional(),
  sophistication: ShortString.optional(),
  intended_effect: ShortString.optional(),
  planning_and_operational_support: LongString.optional(),
  confidence: Confidence.optional(),
  aliases: names,
});

export const AttackPattern = z.strictObject({
  type: z.literal('attack-pattern'),
  ...base,
  ...sourcable,
  ...described,
  /** Updates of older clients come without it. */
  kill_chain_phases: z.array(KillChainPhase).optional(),
  x_mitre_data_sources: names,
  x_mitre_platforms: names,
  x_mitre_contributors: names,
  abstraction_level: ShortString.optional(),
});

export const Campaign = z.strictObject({
  type: z.literal('campaign'),
  ...base,
  ...described,
  ...sourcable,
  valid_time: ValidTime,
  campaign_type: ShortString,
  names,
  intended_effect: names,
  status: z.enum(['Ongoing', 'Historic', 'Future']).optional(),
  confidence: Confidence.optional(),
  activity: z.array(z.strictObject({ date_time: Time, description: LongString })).optional(),
});

/** OpenC2 as CTIM embeds it: an action, on what, by what and how. */
const OpenC2 = z.strictObject({
  type: z.literal('structured_coa'),
  id: ShortString.optional(),
  action: z.strictObject({ type: ShortString }),
  target: z.strictObject({ type: ShortString, specifiers: ShortString.optional() }).optional(),
  actuator: z.strictObject({ type: ShortString, specifiers: z.array(ShortString).optional() }).optional(),
  modifiers: z.record(ShortString, z.unknown()).optional(),
});

/** Course of action. */
export const Coa = z.strictObject({
  type: z.literal('coa'),
  ...base,
  ...describable,
  ...sourcable,
  valid_time: ValidTime,
  stage: ShortString.optional(),
  coa_type: ShortString.optional(),
  objective: names,
  impact: ShortString.optional(),
  cost: Confidence.optional(),
  efficacy: Confidence.optional(),
  related_COAs: z
    .array(
      z.strictObject({
        COA_id: z.string().max(2048),
        confidence: Confidence.optional(),
        source: ShortString.optional(),
        relationship: ShortString.optional(),
      }),
    )
    .optional(),
  structured_coa_type: z.literal('openc2').optional(),
  open_c2_coa: OpenC2.optional(),
});

export const Malware = z.strictObject({
  type: z.literal('malware'),
  ...base,
  ...sourcable,
  ...described,
  labels: z.array(ShortString),
  kill_chain_phases: z.array(KillChainPhase).optional(),
  x_mitre_aliases: names,
  abstraction_level: ShortString.optional(),
});

export const Tool = z.strictObject({
  type: z.literal('tool'),
  ...base,
  ...sourcable,
  ...described,
  labels: z.array(ShortString),
  kill_chain_phases: z.array(KillChainPhase).optional(),
  tool_version: ShortString.optional(),
  x_mitre_aliases: names,
});

const CpeMatch = z.strictObject({
  vulnerable: z.boolean(),
  cpe23Uri: z.string().max(2048),
  versionStartIncluding: ShortString.optional(),
  versionEndIncluding: ShortString.optional(),
  versionStartExcluding: ShortString.optional(),
  versionEndExcluding: ShortString.optional(),
});
const cpeNode = {
  operator: z.enum(['AND', 'OR']),
  cpe_match: z.array(CpeMatch).optional(),
  negate: z.boolean().optional(),
};
const Cvss = z.looseObject({
  vector_string: ShortString,
  base_score: z.number().min(0).max(10),
  base_severity: ShortString,
});

export const Vulnerability = z.strictObject({
  type: z.literal('vulnerability'),
  ...base,
  ...describable,
  ...sourcable,
  description: LongString,
  cve: z
    .strictObject({
      cve_data_meta: z.strictObject({ assigner: ShortString.optional(), id: ShortString.optional() }),
    })
    .optional(),
  impact: z.strictObject({ cvss_v2: Cvss.optional(), cvss_v3: Cvss.optional() }).optional(),
  configurations: z
    .strictObject({
      CVE_data_version: ShortString,
      nodes: z.array(z.strictObject({ ...cpeNode, children: z.array(z.strictObject(cpeNode)).optional() })),
    })
    .optional(),
  published_date: Time.optional(),
  last_modified_date: Time.optional(),
});

/** Parts of a weakness as CWE has them; each is described by its own fields. */
const parts = z.array(z.record(ShortString, z.unknown())).optional();

export const Weakness = z.strictObject({
  type: z.literal('weakness'),
  ...base,
  ...describable,
  ...sourcable,
  description: LongString,
  structure: ShortString.optional(),
  languages: parts,
  operating_systems: parts,
  architectures: parts,
  paradigms: parts,
  technologies: parts,
  background_details: LongString.optional(),
  alternate_terms: parts,
  modes_of_introduction: parts,
  likelihood: Confidence.optional(),
  common_consequences: parts,
  detection_methods: parts,
  potential_mitigations: parts,
  functional_areas: names,
  affected_resources: names,
  notes: parts,
  abstraction_level: ShortString.optional(),
});
