/** Where a message is in the appliance's own pages: its API does not say, so the administrator may. Pure. */
import type { FieldProblem, Settings, TrackRow } from '@sightline/api';
import { targetOf } from '../../outbound/target.ts';
import { problem } from '../settings.ts';

const KEY = 'message-url';
const MARKS = /\{(mid|host|serial)\}/g;
const given = (settings: Settings): string => String(settings[KEY] ?? '').trim();

/** Address of a message as the settings have it, else that of the appliance's first page. */
export function messageUrl(settings: Settings, row: Pick<TrackRow, 'mid' | 'host' | 'serial'>): string {
  const form = given(settings);
  if (form === '') return `https://${targetOf(String(settings.url)).host}/`;
  return form.replace(MARKS, (_, name: 'mid' | 'host' | 'serial') => encodeURIComponent(String(row[name])));
}

/** What is wrong with the address in the settings: a mark cannot be where the name of the host is. */
export function messageUrlProblems(settings: Settings): FieldProblem[] {
  const form = given(settings);
  if (form === '') return [];
  const isWeb = URL.canParse(form) && /^https?:\/\/[^/?#{}]+(?:[/?#]|$)/i.test(form);
  if (!isWeb) return [problem(KEY, 'Enter an address with https:// and the name of a host.')];
  return form.includes('{mid}') ? [] : [problem(KEY, 'Write {mid} where the address has the MID.')];
}
