/** Reads one message for people, in a thread with limits; what is left of it then is only text. */
import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { simpleParser } from 'mailparser';
import { sanitise } from './sanitise.ts';

export interface Order {
  path: string;
  start: number;
  end: number;
}

export interface Bodies {
  text: string;
  /** Made safe; undefined where there is no part in HTML. */
  html: string | undefined;
}

const LONGEST = 1_000_000;

async function bodies({ path, start, end }: Order): Promise<Bodies> {
  if (end <= start) return { text: '', html: undefined };
  const stream = createReadStream(path, { start, end: end - 1 });
  const { text, html } = await simpleParser(stream, {
    skipImageLinks: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    maxHtmlLengthToParse: 4_000_000,
  });
  return {
    text: (text ?? '').slice(0, LONGEST),
    html: typeof html === 'string' ? sanitise(html.slice(0, 4_000_000)) : undefined,
  };
}

parentPort?.postMessage(await bodies(workerData as Order));
