/** What only the details of a message say: files, size, host names, what became of it. */
import type { TrackRow } from '@sightline/api';
import { z } from 'zod';
import type { Instance, Limits } from '../kind.ts';
import { type Appliance, answerOf } from './session.ts';

const text = z.string().catch('').default('');
const Details = z.looseObject({
  data: z.looseObject({
    messages: z.looseObject({
      mid: z.array(z.union([z.number(), z.string()])).default([]),
      attachments: z.union([z.array(z.unknown()), z.string()]).default(''),
      messageSize: text,
      headerFrom: text,
      midHeader: text,
      smtpAuthId: text,
      sendingHostSummary: z
        .looseObject({ reverseDnsHostname: text, ipAddress: text })
        .optional()
        .catch(undefined),
      summary: z.array(z.looseObject({ description: text, lastEvent: z.boolean().catch(false) })).default([]),
    }),
  }),
});

const UNITS: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** `70.14 (KB)` in bytes. */
export function bytesOf(size: string): number {
  const [, number, unit = 'B'] = /^([\d.]+)\s*\(?([KMG]?B)\)?/i.exec(size) ?? [];
  return number === undefined ? 0 : Math.round(Number(number) * (UNITS[unit.toUpperCase()] ?? 1));
}

/** Names of files; those of them that come with a hash keep it. */
function filesOf(given: string | readonly unknown[]): TrackRow['attachments'] {
  const all = typeof given === 'string' ? given.split(/,\s*/) : given;
  return all.flatMap((one) => {
    const { name = one, sha256 = '' } = (typeof one === 'object' && one !== null ? one : {}) as Record<
      string,
      unknown
    >;
    if (typeof name !== 'string' || name === '') return [];
    const hash = /^[0-9a-f]{64}$/i.test(String(sha256)) ? String(sha256).toLowerCase() : '';
    return [{ name, type: '', size: 0, sha256: hash }];
  });
}

/** @throws what a call throws; a message that is not there any more stays as it was */
export async function detailed(
  call: Appliance,
  instance: Instance,
  row: TrackRow,
  limits: Limits,
): Promise<TrackRow> {
  const query = {
    mid: String(row.mid),
    ...(row.icid > 0 ? { icid: String(row.icid) } : {}),
    serialNumber: row.serial,
  };
  const reply = await call(instance, { method: 'GET', path: '/message-tracking/details', query }, limits);
  const { messages } = answerOf(reply, Details).data;
  if (messages.mid.includes('N/A')) return row;
  const last = messages.summary.findLast((one) => one.lastEvent) ?? messages.summary.at(-1);
  return {
    ...row,
    attachments: filesOf(messages.attachments),
    size: bytesOf(messages.messageSize),
    reverseDns: messages.sendingHostSummary?.reverseDnsHostname.replace(/ \(.*\)$/, '') ?? '',
    headerFrom: messages.headerFrom && messages.headerFrom !== 'N/A' ? [messages.headerFrom] : row.headerFrom,
    messageId: row.messageId || messages.midHeader.replace(/^<|>$/g, ''),
    lastState: last?.description || row.lastState,
  };
}
