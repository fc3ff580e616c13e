/** The commonest values as they are shown: as the newest message has them, not as they are compared. */
import type { TopAnswer, TopField, TrackRow } from '@sightline/api';
import { foldIp } from './ip.ts';
import type { Ranking } from './tally.ts';
import { fold } from './text.ts';

/** What is counted of a row, as it arrived; a message counts once for texts that fold to the same. */
export const COUNTED: Record<TopField, (row: TrackRow) => string[]> = {
  sender: (r) => [r.sender],
  recipient: (r) => r.recipients.map((to) => to.address),
  host: (r) => [r.ip],
  subject: (r) => [r.subject],
  attachment: (r) => r.attachments.map((a) => a.name),
};

/** The form in which values of a field are compared. */
export const sameness = (field: TopField): ((text: string) => string) => (field === 'host' ? foldIp : fold);

export function shown(
  { field, values, valuesAre }: Ranking,
  toRow: (record: string) => TrackRow,
): TopAnswer['lists'][number] {
  const same = sameness(field);
  const original = (record: string, text: string): string =>
    COUNTED[field](toRow(record)).find((one) => same(one) === text) ?? text;
  return {
    field,
    values: values.map(({ text, count, record }) => ({ value: original(record, text), count })),
    valuesAre,
  };
}
