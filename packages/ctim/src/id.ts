/** Ids of entities: short `<type>-<uuid>`, long `<origin>/ctia/<type>/<short>`, transient in answers and bundles. */

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const SHORT = new RegExp(`^([a-z][a-z-]{1,30})-(${UUID})$`);
const LONG = new RegExp(`^(https?://[^/?#\\s]+(?:/[^/?#\\s]+)*)/ctia/([a-z][a-z-]{1,30})/([a-z-]+-${UUID})$`);
const TRANSIENT = /^transient:(.{1,2038})$/s;

export type Id =
  | { kind: 'short'; type: string; short: string }
  | { kind: 'long'; type: string; short: string; origin: string }
  | { kind: 'transient'; name: string };

/** An id that holds for one answer or bundle only. `unique` makes the same entity get the same id again. */
export const transientId = (type: string, unique: string = crypto.randomUUID()): string =>
  `transient:${type}-${unique}`;

export const shortId = (type: string, uuid: string = crypto.randomUUID()): string => `${type}-${uuid}`;

/** The long form of a short id. `origin` is scheme, host, port and prefix of the store, without a final slash. */
export const longId = (origin: string, short: string): string => {
  const type = SHORT.exec(short)?.[1];
  if (type === undefined) throw new TypeError(`Not a short id: ${short}`);
  return `${origin}/ctia/${type}/${short}`;
};

/** Reads any of the three forms, undefined if it is none. Percent-encoded ids are to be decoded before. */
export const parseId = (text: string): Id | undefined => {
  if (text.length > 2048) return undefined;
  const name = TRANSIENT.exec(text)?.[1];
  if (name !== undefined) return { kind: 'transient', name };
  const [, shortType] = SHORT.exec(text) ?? [];
  if (shortType !== undefined) return { kind: 'short', type: shortType, short: text };
  const [, origin, type, short] = LONG.exec(text) ?? [];
  if (origin === undefined || type === undefined || short === undefined) return undefined;
  return SHORT.exec(short)?.[1] === type ? { kind: 'long', type, short, origin } : undefined;
};
