/** From the first byte of DATA to the durable message: file, scan, policies, transaction. */
import type { Reply } from '@sightline/api';
import { type JournalParts, takeReport } from '../journaling/take.ts';
import type { Copy, Decision } from '../policy/decision.ts';
import type { Examined } from '../scan/engine.ts';
import { type CarryParts, carryOut, type Received } from './carry.ts';
import type { Figures } from './figures.ts';
import { acceptedEvents, type Draft, type Head } from './message.ts';
import type { Content } from './spool.ts';

/** `told`: a refusal is in tracking already. */
type Taken = { taken: true } | { taken: false; reply: Reply; by: string; told: true };

/** A message that is being received. */
export interface Intake {
  write(chunk: Buffer): Promise<void>;
  /** When it returns with `taken`, the message and its tracking events are on the disk. */
  commit(): Promise<Taken>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

export interface IntakeParts extends CarryParts, JournalParts {
  /** Looks into the message; never fails. */
  examine(content: Content, head: Head): Promise<Examined>;
  /** What the policies say. */
  decide(head: Head, size: number, examined: Examined): Decision;
  figures: Figures;
  /** Called after each accepted message, and when there are events to tell. */
  accepted(): void;
}

export async function beginIntake(parts: IntakeParts, head: Head): Promise<Intake> {
  const writer = await parts.spool.create(head);
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      return writer.write(chunk);
    },
    async commit() {
      const content = await writer.finish();
      if (head.journal) return journaled(parts, { head, size, content }, writer);
      const examined = await timed(parts, content, head);
      const decision = parts.decide(head, size, examined);
      if (decision.do === 'refuse') {
        await tellRefused(parts, { head, size, content, examined }, decision);
        await writer.discard();
        return { taken: false, reply: decision.reply, by: decision.by, told: true };
      }
      await carryOut(parts, { head, size, content, examined }, decision.copies);
      parts.figures.count('accepted');
      parts.accepted();
      return { taken: true };
    },
    discard: () => writer.discard(),
  };
}

/** What is not a report is refused: its sender has to know. */
async function journaled(
  parts: IntakeParts,
  message: Omit<Received, 'examined'>,
  writer: Pick<Intake, 'discard'>,
): Promise<Taken> {
  const failed = await takeReport(parts, message);
  if (!failed) {
    parts.figures.count('accepted');
    parts.accepted();
    return { taken: true };
  }
  const refusal = noReport(message.head, failed.fault);
  const examined = { found: await parts.scan(message.content), results: [] };
  await tellRefused(parts, { ...message, examined }, refusal);
  await writer.discard();
  return { taken: false, reply: refusal.reply, by: refusal.by, told: true };
}

const noReport = ({ flowPolicy = '' }: Head, fault: string): Refusal => ({
  do: 'refuse',
  reply: { code: 554, status: '5.6.0', text: `Only journal reports are taken from this host: ${fault}.` },
  by: `mail flow policy ${flowPolicy}`,
  why: [],
});

async function timed(
  parts: Pick<IntakeParts, 'examine' | 'figures'>,
  content: Content,
  head: Head,
): Promise<Examined> {
  const start = performance.now();
  const examined = await parts.examine(content, head);
  parts.figures.scan((performance.now() - start) / 1000);
  return examined;
}

type Refusal = Extract<Decision, { do: 'refuse' }>;

/** All that is known of a message that was not taken; it has a number, but no file. */
async function tellRefused(
  { store, accepted }: IntakeParts,
  { head, size, examined }: Received,
  { by, reply, why }: Refusal,
): Promise<void> {
  const { mid, at } = head;
  const told: Draft[] =
    why.length === 0 ? [] : [{ type: 'policy', at, mid, policy: by, actions: ['reject'], why }];
  const then: Draft[] = [...told, { type: 'rejected', at, mid, stage: 'data', by, reply }];
  await store.commit(() => store.emit(acceptedEvents(head, size, examined, then, 'data')));
  accepted();
}

/**
 * Takes in a complete file that has no row: its client was not answered, or the database is from before. What the
 * policies refuse now cannot be refused any more: somebody has to look at it.
 */
export async function adoptMessage(
  parts: Omit<IntakeParts, 'figures' | 'accepted'>,
  received: Omit<Received, 'examined'>,
): Promise<void> {
  const { head, size, content } = received;
  const failed = head.journal ? await takeReport(parts, received) : undefined;
  if (head.journal && !failed) return;
  const examined = await parts.examine(content, head);
  const decision = failed
    ? noReport(head, failed.fault)
    : head.carried
      ? { do: 'take' as const, copies: [plain(head)] }
      : parts.decide(head, size, examined);
  const copies = decision.do === 'take' ? decision.copies : [aside(head, decision)];
  await carryOut(parts, { ...received, examined }, copies);
}

const plain = ({ recipients, hop }: Head): Copy => ({
  rids: recipients.map((one) => one.rid),
  policy: 'DEFAULT',
  fate: { do: 'deliver' },
  edits: [],
  extras: [],
  actions: [],
  why: [],
  ...(hop ? { hop } : {}),
});

const aside = (head: Head, { by, why }: Refusal): Copy => ({
  ...plain(head),
  fate: { do: 'quarantine', into: [{ quarantine: 'Unclassified', reason: `refused by ${by}` }] },
  why,
});
