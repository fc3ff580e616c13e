/**
 * Every kind of entity as one value: routes, store, validation, search, documentation and tests read it. A new kind
 * is a line here.
 */
import type { z } from 'zod';
import { Asset, AssetMapping, AssetProperties, IdentityAssertion, TargetRecord } from './asset.ts';
import { Casebook, DataTable, Event, Feed, Feedback, Incident, Investigation, Note } from './case.ts';
import { Sighting } from './sighting.ts';
import { Actor, AttackPattern, Campaign, Coa, Malware, Tool, Vulnerability, Weakness } from './threat.ts';
import { Indicator, Judgement, Relationship } from './verdict.ts';

interface Given<S extends z.ZodObject> {
  /** What is read. */
  schema: S;
  /** Fields that a new one may leave out, because the store fills them. */
  filled?: readonly string[];
  plural?: string;
  /** Fields beside the usual that full-text search reads. */
  words?: readonly string[];
  /** Query parameters beside those that all have; each is a field. */
  filters?: readonly string[];
  /** False where CTIA has no PUT. */
  put?: boolean;
  patch?: boolean;
  /** Whether CTIA lets its validity be ended. */
  expire?: boolean;
  /** False where bundles and bulks have no place for it. */
  bundled?: boolean;
  /** The only fields that are indexed, where the rest would be a flood. */
  indexed?: readonly string[];
  /** The scope that covers it beside `private-intel`. */
  scope?: string;
}

export interface Entity<S extends z.ZodObject = z.ZodObject>
  extends Required<Omit<Given<S>, 'indexed' | 'scope'>> {
  /** The `type` on the wire: `attack-pattern`. */
  name: string;
  /** What clients send: all that the store fills may be left out. */
  fresh: z.ZodObject;
  /** Whether it has `valid_time`, and whether that must be there. */
  lasting: 'always' | 'maybe' | 'never';
  indexed: readonly string[] | undefined;
  scope: string | undefined;
}

const FILLED = ['id', 'type', 'schema_version'];

function entity<S extends z.ZodObject>(name: string, given: Given<S>): Entity<S> {
  const optional = [...FILLED, ...(given.filled ?? [])];
  const mask = Object.fromEntries(optional.map((key) => [key, true] as const));
  const time = given.schema.shape.valid_time as z.ZodType | undefined;
  const always = time && !time.safeParse(undefined).success;
  return {
    plural: `${name.replaceAll('-', '_')}s`,
    words: [],
    filters: [],
    filled: [],
    put: true,
    patch: false,
    expire: false,
    bundled: true,
    indexed: undefined,
    scope: undefined,
    ...given,
    name,
    fresh: given.schema.partial(mask as never) as unknown as z.ZodObject,
    lasting: always ? 'always' : time ? 'maybe' : 'never',
  };
}

const VALID = ['valid_time'];

export const ENTITIES = {
  actor: entity('actor', { schema: Actor, filled: VALID, filters: ['actor_types', 'confidence'] }),
  asset: entity('asset', { schema: Asset, filled: VALID, filters: ['asset_type'], scope: 'asset' }),
  'asset-mapping': entity('asset-mapping', {
    schema: AssetMapping,
    filled: VALID,
    words: ['observable.value'],
    filters: [
      'asset_ref',
      'asset_type',
      'confidence',
      'specificity',
      'stability',
      'observable.value',
      'observable.type',
    ],
    expire: true,
    scope: 'asset',
  }),
  'asset-properties': entity('asset-properties', {
    schema: AssetProperties,
    filled: VALID,
    plural: 'asset_properties',
    filters: ['asset_ref', 'properties.name', 'properties.value'],
    expire: true,
    scope: 'asset',
  }),
  'attack-pattern': entity('attack-pattern', {
    schema: AttackPattern,
    filters: ['abstraction_level', 'kill_chain_phases.phase_name'],
  }),
  campaign: entity('campaign', {
    schema: Campaign,
    filled: VALID,
    filters: ['campaign_type', 'status', 'confidence'],
  }),
  casebook: entity('casebook', {
    schema: Casebook,
    words: ['observables.value', 'texts.text'],
    filters: ['texts.text', 'observables.value', 'observables.type'],
    patch: true,
    scope: 'casebook',
  }),
  coa: entity('coa', { schema: Coa, filled: VALID, filters: ['stage', 'coa_type', 'cost', 'efficacy'] }),
  'data-table': entity('data-table', { schema: DataTable, put: false, filters: ['columns.name'] }),
  event: entity('event', {
    schema: Event,
    put: false,
    bundled: false,
    filters: ['event_type', 'entity.id', 'entity.type', 'owner'],
    indexed: [
      'id',
      'external_ids',
      'type',
      'event_type',
      'entity.id',
      'entity.type',
      'timestamp',
      'owner',
      'groups',
      'tlp',
      'fields.field',
    ],
  }),
  feed: entity('feed', { schema: Feed, bundled: false, filters: ['indicator_id', 'output'], expire: false }),
  feedback: entity('feedback', {
    schema: Feedback,
    put: false,
    words: ['reason'],
    filters: ['entity_id', 'feedback'],
  }),
  'identity-assertion': entity('identity-assertion', {
    schema: IdentityAssertion,
    words: ['identity.observables.value'],
    filters: [
      'identity.observables.type',
      'identity.observables.value',
      'assertions.name',
      'assertions.value',
    ],
  }),
  incident: entity('incident', {
    schema: Incident,
    filters: [
      'status',
      'confidence',
      'severity',
      'discovery_method',
      'intended_effect',
      'categories',
      'assignees',
      'detection_sources',
      'promotion_method',
      'tactics',
      'techniques',
    ],
    patch: true,
  }),
  indicator: entity('indicator', {
    schema: Indicator,
    filled: VALID,
    words: ['producer', 'tags'],
    filters: ['indicator_type', 'producer', 'tags', 'confidence', 'severity'],
  }),
  investigation: entity('investigation', {
    schema: Investigation,
    words: ['search-txt'],
    indexed: [
      'id',
      'type',
      'title',
      'description',
      'short_description',
      'source',
      'timestamp',
      'created',
      'modified',
      'owner',
      'groups',
      'tlp',
      'external_ids',
      'search-txt',
      'revision',
      'language',
    ],
    scope: 'investigation',
  }),
  judgement: entity('judgement', {
    schema: Judgement,
    filled: ['disposition', 'disposition_name', 'valid_time'],
    words: ['disposition_name', 'observable.value', 'reason'],
    filters: [
      'disposition',
      'disposition_name',
      'priority',
      'severity',
      'confidence',
      'observable.value',
      'observable.type',
    ],
    expire: true,
  }),
  malware: entity('malware', { schema: Malware, filters: ['labels', 'abstraction_level'] }),
  note: entity('note', {
    schema: Note,
    words: ['content'],
    filters: ['note_class', 'related_entities.entity_id', 'author'],
    patch: true,
  }),
  relationship: entity('relationship', {
    schema: Relationship,
    filters: ['relationship_type', 'source_ref', 'target_ref'],
  }),
  sighting: entity('sighting', {
    schema: Sighting,
    filled: ['count', 'confidence'],
    words: ['observables.value', 'targets.observables.value'],
    filters: ['sensor', 'observables.value', 'observables.type', 'confidence', 'severity', 'resolution'],
  }),
  'target-record': entity('target-record', {
    schema: TargetRecord,
    words: ['targets.observables.value'],
    filters: ['targets.type', 'targets.observables.type', 'targets.observables.value'],
    scope: 'asset',
  }),
  tool: entity('tool', { schema: Tool, filters: ['labels', 'tool_version'] }),
  vulnerability: entity('vulnerability', {
    schema: Vulnerability,
    plural: 'vulnerabilities',
    filters: ['cve.cve_data_meta.id'],
  }),
  weakness: entity('weakness', {
    schema: Weakness,
    plural: 'weaknesses',
    filters: ['abstraction_level', 'likelihood'],
  }),
} as const;

export type EntityName = keyof typeof ENTITIES;
export const ENTITY_NAMES = Object.keys(ENTITIES) as EntityName[];

/** The kind of this name, undefined when there is none. */
export const entityOf = (name: string): Entity | undefined =>
  Object.hasOwn(ENTITIES, name) ? (ENTITIES[name as EntityName] as unknown as Entity) : undefined;

/** The kinds by their plural, which bundles and bulks use. */
export const BY_PLURAL: ReadonlyMap<string, Entity> = new Map(
  Object.values(ENTITIES)
    .filter((e) => e.bundled)
    .map((e) => [e.plural, e as unknown as Entity]),
);
