/** A report of an investigation, as its page gathered it, made a PDF. Values come defanged. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const Text = z.string().max(16_384);
const Line = z.object({ type: Text, value: Text });
const rows = <S extends z.ZodType>(schema: S) => z.array(schema).max(500);

export const ReportContent = z.object({
  title: Text,
  /** ISO 8601 in UTC. */
  asked: Text,
  made: Text,
  by: Text,
  organisation: Text,
  summary: Text,
  question: rows(Line),
  modules: rows(z.object({ name: Text, state: Text, ms: Text, hits: z.int(), problems: Text })),
  campaigns: rows(z.object({ subject: Text, told: Text, shared: Text, from: Text, to: Text })),
  verdicts: rows(z.object({ type: Text, value: Text, disposition: Text, says: Text })),
  targets: rows(z.object({ value: Text, messages: z.int(), states: Text, first: Text, last: Text })),
  actions: rows(z.object({ at: Text, by: Text, text: Text })),
  /** Sightings by hour. */
  timeline: rows(z.tuple([Text, z.int()])),
  observables: rows(Line),
  /** The graph as SVG of plain shapes and texts; '' for none. */
  drawing: z.string().max(3_000_000),
  /** What is left out, as sentences. */
  notes: z.array(Text).max(20),
});
export type ReportContent = z.infer<typeof ReportContent>;

export const reportPdf = endpoint({
  method: 'POST',
  path: '/api/report/pdf',
  summary: 'A report of an investigation as a PDF, in base64',
  tag: 'investigate',
  permission: 'investigate',
  body: ReportContent,
  answer: z.object({ pdf: z.base64() }),
});
