/** Messages in the quarantines of an appliance: finding them, releasing and deleting them. */
import { fail } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { z } from 'zod';
import type { Instance, Limits, Offer, Outcome, Problem } from '../kind.ts';
import { datesOf } from './search.ts';
import { type Appliance, answerOf } from './session.ts';

const texts = z.union([z.string(), z.array(z.string())]).nullish();
const Found = z.looseObject({
  data: z
    .array(
      z.looseObject({
        mid: z.number(),
        attributes: z.looseObject({
          subject: z.string().nullish(),
          sender: z.string().nullish(),
          fromAddress: texts,
          inQuarantines: texts,
          quarantineForReason: texts,
        }),
      }),
    )
    .default([]),
});
type Message = z.infer<typeof Found>['data'][number];
const Done = z.looseObject({ data: z.looseObject({ totalCount: z.number().default(0) }) });

/** Messages that actions are offered for, of one observable. */
const MOST = 10;

/** Filters of the spam and of the other quarantines, by what can be asked for there. */
const SPAM: Partial<Record<Observable['type'], (value: string) => Record<string, string>>> = {
  email: (value) => ({ filterBy: 'from_address', filterOperator: 'is', filterValue: value }),
  email_subject: (value) => ({ filterBy: 'subject', filterOperator: 'is', filterValue: value }),
};
const PVO: Partial<Record<Observable['type'], (value: string) => Record<string, string>>> = {
  email: (value) => ({ envelopeSenderFilterBy: 'matches_exactly', envelopeSenderFilterValue: value }),
  email_subject: (value) => ({ subjectFilterBy: 'matches_exactly', subjectFilterValue: value }),
  file_name: (value) => ({ attachmentName: value }),
};

interface Kept {
  mid: number;
  subject: string;
  type: 'spam' | 'pvo';
  quarantine: string;
}

/** Releasing and deleting what of these observables is in quarantine. */
export async function quarantineOffers(
  call: Appliance,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits & { now: number },
): Promise<{ offers: Offer[]; errors: Problem[] }> {
  const days = Number(instance.settings.timeframe_days);
  const dates = datesOf({ from: limits.now - days * 86_400_000, to: limits.now });
  const kept = await Promise.all(
    observables.map(async (observable) => {
      const found = await Promise.all([
        search(
          call,
          instance,
          { type: 'spam', filter: SPAM[observable.type]?.(observable.value), dates },
          limits,
        ),
        search(
          call,
          instance,
          { type: 'pvo', filter: PVO[observable.type]?.(observable.value), dates },
          limits,
        ),
      ]);
      return found.flat().flatMap((one) => offersOf(observable, one));
    }),
  );
  return { offers: kept.flat(), errors: [] };
}

async function search(
  call: Appliance,
  instance: Instance,
  {
    type,
    filter,
    dates,
  }: { type: Kept['type']; filter: Record<string, string> | undefined; dates: Record<string, string> },
  limits: Limits,
): Promise<Kept[]> {
  if (!filter) return [];
  const names = String(instance.settings.quarantines ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (type === 'pvo' && names.length === 0) return [];
  const query = {
    quarantineType: type,
    ...(type === 'pvo' ? { quarantines: names.join(',') } : {}),
    ...dates,
    offset: '0',
    limit: String(MOST),
    ...filter,
  };
  const reply = await call(instance, { method: 'GET', path: '/quarantine/messages', query }, limits);
  return answerOf(reply, Found).data.flatMap((one) => keptOf(one, type));
}

function keptOf({ mid, attributes }: Message, type: Kept['type']): Kept[] {
  const subject = attributes.subject ?? '';
  if (type === 'spam') return [{ mid, subject, type, quarantine: '' }];
  const names = [attributes.inQuarantines ?? attributes.quarantineForReason ?? []].flat();
  return names.map((quarantine) => ({ mid, subject, type, quarantine }));
}

function offersOf({ type, value }: Observable, { mid, subject, ...kept }: Kept): Offer[] {
  const where = kept.type === 'spam' ? 'the spam quarantine' : `the quarantine ${kept.quarantine}`;
  const query = {
    observable_type: type,
    observable_value: value,
    mid: String(mid),
    quarantine_type: kept.type,
    ...(kept.quarantine === '' ? {} : { quarantine_name: kept.quarantine }),
  };
  const about = `Message ${mid} "${subject}" in ${where}`;
  return [
    {
      id: 'quarantine-release',
      title: `Release message ${mid}`,
      description: about,
      categories: ['E-mail', 'Allow'],
      query,
    },
    {
      id: 'quarantine-delete',
      title: `Delete message ${mid}`,
      description: about,
      categories: ['E-mail', 'Contain'],
      query,
    },
  ];
}

const Asked = z.object({
  mid: z.coerce.number().int().min(1),
  quarantine_type: z.enum(['spam', 'pvo']),
  quarantine_name: z.string().max(256).optional(),
});

/** @throws `action_unknown` */
export async function quarantineTrigger(
  call: Appliance,
  instance: Instance,
  { action, query }: { action: string; query: Record<string, string> },
  limits: Limits,
): Promise<Outcome> {
  const asked = Asked.safeParse(query);
  const releases = action === 'quarantine-release';
  if (!asked.success || (!releases && action !== 'quarantine-delete'))
    throw fail('action_unknown', { module: instance.name });
  const { mid, quarantine_type: quarantineType, quarantine_name: quarantineName } = asked.data;
  const body = {
    ...(releases ? { action: 'release' } : {}),
    quarantineType,
    ...(quarantineName === undefined ? {} : { quarantineName }),
    mids: [mid],
  };
  const method = releases ? 'POST' : 'DELETE';
  const reply = await call(instance, { method, path: '/quarantine/messages', body, reads: false }, limits);
  if (answerOf(reply, Done).data.totalCount > 0) return { status: 'success', errors: [] };
  const gone = {
    code: 'not found',
    message: `Message ${mid} is not in that quarantine any more.`,
    type: 'error' as const,
  };
  return { status: 'failure', errors: [gone] };
}
