/** The Message Tracking form: what a person typed, the address that keeps it, and the search it asks for. */
import { Direction, MessageEvent, Search, type SearchInput, State, type TextTest } from '@sightline/api';

export type Op = TextTest['op'];
export interface TextField {
  op: Op;
  value: string;
}

export type Received = 'day' | 'week' | 'custom';

export interface TrackingForm {
  sender: TextField;
  recipient: TextField;
  subject: TextField;
  attachment: TextField;
  received: Received;
  /** Epoch milliseconds; only for `custom`. */
  from: number | null;
  to: number | null;
  ip: string;
  /** Of an attachment: MD5, SHA-1 or SHA-256. */
  sha256: string;
  messageId: string;
  mid: string;
  direction: Direction | '';
  states: State[];
  events: MessageEvent[];
}

export type Field = keyof TrackingForm;
export type Problems = Partial<Record<Field, string>>;

export const OP_LABEL: Record<Op, string> = {
  begins_with: 'Begins With',
  is: 'Is',
  contains: 'Contains',
  is_empty: 'Is Empty',
};

const DAY = 86_400_000;
/** A relative range ends a little later than now: the browser's clock may be behind the appliance's. */
const CLOCK_SKEW = 5 * 60_000;
const TEXTS = ['sender', 'recipient', 'subject', 'attachment'] as const;
const PLAIN = ['ip', 'sha256', 'messageId', 'mid'] as const;

const text = (): TextField => ({ op: 'begins_with', value: '' });

/** Last Day, no criteria. */
export const emptyForm = (): TrackingForm => ({
  sender: text(),
  recipient: text(),
  subject: text(),
  attachment: text(),
  received: 'day',
  from: null,
  to: null,
  ip: '',
  sha256: '',
  messageId: '',
  mid: '',
  direction: '',
  states: [],
  events: [],
});

/** True when criteria of the Advanced section are set, so that it is shown open. */
export const usesAdvanced = (form: TrackingForm): boolean =>
  PLAIN.some((key) => form[key] !== '') ||
  isSet(form.attachment) ||
  form.direction !== '' ||
  form.states.length > 0 ||
  form.events.length > 0;

const isSet = (field: TextField): boolean => field.op === 'is_empty' || field.value.trim() !== '';

/** Only what differs from the empty form, e.g. `{ sender: 'is:ann@example.com', received: 'week' }`. */
export function toParams(form: TrackingForm): Record<string, string> {
  const params: Record<string, string> = {};
  for (const key of TEXTS) if (isSet(form[key])) params[key] = `${form[key].op}:${form[key].value.trim()}`;
  for (const key of PLAIN) if (form[key].trim() !== '') params[key] = form[key].trim();
  if (form.received !== 'day') params.received = form.received;
  if (form.received === 'custom') {
    if (form.from !== null) params.from = new Date(form.from).toISOString();
    if (form.to !== null) params.to = new Date(form.to).toISOString();
  }
  if (form.direction) params.direction = form.direction;
  if (form.states.length > 0) params.states = form.states.join(',');
  if (form.events.length > 0) params.events = form.events.join(',');
  return params;
}

/** Reads an address; whatever it has that is not ours is left out. */
export function fromParams(params: Record<string, unknown>): TrackingForm {
  const form = emptyForm();
  const get = (key: string): string => (params[key] === undefined ? '' : String(params[key]));
  for (const key of TEXTS) form[key] = readText(get(key));
  for (const key of PLAIN) form[key] = get(key);
  const received = get('received');
  if (received === 'week' || received === 'custom') form.received = received;
  if (form.received === 'custom') {
    form.from = readTime(get('from'));
    form.to = readTime(get('to'));
  }
  form.direction = Direction.safeParse(get('direction')).data ?? '';
  form.states = get('states')
    .split(',')
    .flatMap((s) => State.safeParse(s).data ?? []);
  form.events = get('events')
    .split(',')
    .flatMap((e) => MessageEvent.safeParse(e).data ?? []);
  return form;
}

function readText(raw: string): TextField {
  const colon = raw.indexOf(':');
  const op = raw.slice(0, Math.max(colon, 0));
  return Object.hasOwn(OP_LABEL, op)
    ? { op: op as Op, value: raw.slice(colon + 1) }
    : { op: 'begins_with', value: raw };
}

function readTime(raw: string): number | null {
  const ms = Date.parse(raw);
  return Number.isNaN(ms) ? null : ms;
}

/** What a date-and-time field holds (`2026-05-14T13:42`), as epoch ms; null while it is incomplete. */
export function readFieldTime(text: string, zone: 'utc' | 'local'): number | null {
  return text === '' ? null : readTime(zone === 'utc' ? `${text}Z` : text);
}

/** The search at time `now` (epoch ms), or what must be corrected first. */
export function toSearch(form: TrackingForm, now: number): { search: SearchInput } | { problems: Problems } {
  const problems = plainProblems(form);
  if (Object.keys(problems).length > 0) return { problems };
  const search = {
    range: range(form, now),
    ...Object.fromEntries(TEXTS.filter((k) => isSet(form[k])).map((k) => [k, trimmed(form[k])])),
    ...(form.messageId.trim() && { messageId: form.messageId.trim().replace(/^<(.*)>$/, '$1') }),
    ...(form.mid.trim() && { mid: Number(form.mid) }),
    ...(form.ip.trim() && { ip: form.ip.trim() }),
    ...fileHash(form.sha256.trim()),
    ...(form.direction && { direction: form.direction }),
    ...(form.states.length > 0 && { states: form.states }),
    ...(form.events.length > 0 && { events: form.events }),
  };
  const checked = Search.safeParse(search);
  return checked.success ? { search } : { problems: byField(checked.error.issues) };
}

/** Which hash it is can be told from its length. */
function fileHash(value: string): Pick<SearchInput, 'sha256' | 'holds'> {
  if (/^[0-9a-f]{32}$/i.test(value)) return { holds: { key: 'md5', value } };
  if (/^[0-9a-f]{40}$/i.test(value)) return { holds: { key: 'sha1', value } };
  return value ? { sha256: value } : {};
}

function trimmed({ op, value }: TextField): TextTest {
  return { op, value: op === 'is_empty' ? '' : value.trim() };
}

function range(form: TrackingForm, now: number): { from: number; to: number } {
  if (form.received === 'custom') return { from: form.from as number, to: throughMinute(form.to as number) };
  return { from: now - (form.received === 'week' ? 7 : 1) * DAY, to: now + CLOCK_SKEW };
}

/** A field shows minutes: an end of 13:42 means through 13:42:59. */
const throughMinute = (to: number): number => (to % 60_000 === 0 ? to + 60_000 : to);

function plainProblems(form: TrackingForm): Problems {
  const problems: Problems = {};
  if (form.mid.trim() && !/^[1-9]\d{0,15}$/.test(form.mid.trim()))
    problems.mid = 'A MID is a whole number, such as 8.';
  if (form.received !== 'custom') return problems;
  if (form.from === null) problems.from = 'Enter a start date and time.';
  if (form.to === null) problems.to = 'Enter an end date and time.';
  if (form.from !== null && form.to !== null && form.from > form.to)
    problems.to = 'The end must not be before the start.';
  return problems;
}

function byField(issues: { path: PropertyKey[]; message: string }[]): Problems {
  return Object.fromEntries(
    issues.map((i) => [i.path[0] === 'range' ? 'from' : String(i.path[0]), i.message]),
  );
}
