/** CTIM Observable: a typed value that can be looked for. */
import { z } from 'zod';
import { ObservableType } from './vocab.ts';

export const Observable = z.strictObject({ type: ObservableType, value: z.string().min(1) });
export type Observable = z.infer<typeof Observable>;

/** Identity of an observable for maps and sets. */
export const observableKey = (o: Observable): string => `${o.type}:${o.value}`;
