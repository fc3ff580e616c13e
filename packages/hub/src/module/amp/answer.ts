/** Answers of Cisco Secure Endpoint (API v1) to CTIM. Pure. */
import type { Observable, ObservedRelation, Target } from '@sightline/ctim';
import { isoTime } from '@sightline/ctim';
import { z } from 'zod';
import { indicator, relationship, type Speaker, sighting } from '../entity.ts';

const text = z.string().nullish();
const Metadata = z.looseObject({ results: z.looseObject({ total: z.number().optional() }).optional() });
const Addresses = z.array(z.looseObject({ ip: text, mac: text })).nullish();
const Computer = z.looseObject({
  connector_guid: z.string(),
  hostname: text,
  active: z.boolean().optional(),
  external_ip: text,
  operating_system: text,
  network_addresses: Addresses,
  links: z.looseObject({ trajectory: text, computer: text }).optional(),
});
type Computer = z.infer<typeof Computer>;
export const Activity = z.looseObject({ metadata: Metadata.optional(), data: z.array(Computer) });
const Event = z.looseObject({
  id: z.number(),
  /** Epoch seconds. */
  timestamp: z.number(),
  event_type: z.string(),
  detection: text,
  detection_id: text,
  severity: z.enum(['Low', 'Medium', 'High', 'Critical']).optional().catch(undefined),
  computer: Computer.optional(),
  file: z
    .looseObject({
      disposition: text,
      file_name: text,
      file_path: text,
      identity: z.looseObject({ sha256: text, sha1: text, md5: text }).optional(),
    })
    .optional(),
});
type Event = z.infer<typeof Event>;
export const Events = z.looseObject({ metadata: Metadata.optional(), data: z.array(Event) });
export const Version = z.looseObject({ version: z.string() });
export const Lists = z.looseObject({ data: z.array(z.looseObject({ guid: z.string(), name: z.string() })) });

const observable = (type: Observable['type'], value: string | null | undefined): Observable[] =>
  value ? [{ type, value }] : [];

const ofComputer = (computer: Computer): Observable[] => [
  ...observable('hostname', computer.hostname),
  { type: 'amp_computer_guid', value: computer.connector_guid },
  ...(computer.network_addresses ?? []).flatMap(({ ip, mac }) => [
    ...observable('ip', ip),
    ...observable('mac_address', mac),
  ]),
];

const targetOf = (computer: Computer, at: number): Target => ({
  type: 'endpoint',
  observables: ofComputer(computer),
  observed_time: { start_time: isoTime(at), end_time: isoTime(at) },
  ...(computer.operating_system ? { os: computer.operating_system } : {}),
});

const SENSOR = { sensor: 'endpoint' };

/** Computers that had to do with an observable; when, this call does not say. */
export const ofActivity = (
  computers: readonly Computer[],
  { asked, speaker, now }: { asked: Observable; speaker: Speaker; now: number },
): Record<string, unknown[]> => ({
  sightings: computers.map((computer) =>
    sighting(speaker, {
      key: ['activity', asked.type, asked.value, computer.connector_guid],
      title: 'Seen on a computer',
      description: `${computer.hostname ?? computer.connector_guid} had to do with ${asked.value}. The time is that of this question.`,
      observables: [asked],
      from: now,
      link: computer.links?.trajectory ?? computer.links?.computer ?? undefined,
      internal: true,
      more: { ...SENSOR, targets: [targetOf(computer, now)] },
    }),
  ),
});

/** Detections and the like, each a sighting; what was detected is an indicator. */
export function ofEvents(
  events: readonly Event[],
  { asked, speaker }: { asked: Observable; speaker: Speaker },
): Record<string, unknown[]> {
  const all = events.map((event) => {
    const seen = ofEvent(event, asked, speaker);
    const known = event.detection ? detected(event, event.detection, speaker) : undefined;
    return { seen, known, link: known && relationship(speaker, 'sighting-of', seen, known) };
  });
  return {
    sightings: all.map((one) => one.seen),
    indicators: all.flatMap((one) => one.known ?? []),
    relationships: all.flatMap((one) => one.link ?? []),
  };
}

const ofEvent = (event: Event, asked: Observable, speaker: Speaker) => {
  const at = event.timestamp * 1000;
  const { file, computer } = event;
  return sighting(speaker, {
    key: ['event', event.id],
    title: event.event_type,
    description: [event.event_type, event.detection, file?.file_path, computer?.hostname]
      .filter(Boolean)
      .join(', '),
    observables: [asked],
    from: at,
    link: computer?.links?.trajectory ?? undefined,
    internal: true,
    confidence: 'High',
    severity: event.severity ?? 'Unknown',
    more: {
      ...SENSOR,
      resolution: /quarantine/i.test(event.event_type) ? 'blocked' : 'detected',
      targets: computer ? [targetOf(computer, at)] : [],
      relations: relationsOf(event, speaker.source),
    },
  });
};

function relationsOf({ file }: Event, origin: string): ObservedRelation[] {
  const [hash] = observable('sha256', file?.identity?.sha256);
  if (!hash) return [];
  const relation = (name: string) => (source: Observable) => ({
    origin,
    relation: name,
    source,
    related: hash,
  });
  return [
    ...observable('file_name', file?.file_name).map(relation('File_Name_Of')),
    ...observable('file_path', file?.file_path).map(relation('File_Path_Of')),
  ];
}

const detected = (event: Event, detection: string, speaker: Speaker) =>
  indicator(speaker, {
    key: [detection],
    title: detection,
    from: event.timestamp * 1000,
    severity: event.severity,
    indicator_type: ['File Hash Watchlist'],
    tags: [event.event_type],
  });
