/** What the mailbox server received: one .eml file a message, listed newest first. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';

export interface Delivered {
  number: number;
  at: number;
  from: string;
  to: string[];
  subject: string;
  bytes: number;
}

/** Envelope first as one JSON line, then the message as it came. */
export class MailboxStore {
  readonly #dir: string;
  readonly #list: Delivered[] = [];

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true });
    for (const name of readdirSync(dir)) {
      if (/^\d+\.json$/.test(name)) this.#list.push(JSON.parse(readFileSync(join(dir, name), 'utf8')));
    }
    this.#list.sort((a, b) => a.number - b.number);
  }

  /** Number of the next message. */
  next(): number {
    return (this.#list.at(-1)?.number ?? 0) + 1;
  }

  async add(from: string, to: string[], raw: Buffer): Promise<Delivered> {
    const number = this.next();
    const entry = { number, at: Date.now(), from, to, subject: '', bytes: raw.length };
    this.#list.push(entry);
    writeFileSync(this.#file(number, 'eml'), raw);
    entry.subject = (await simpleParser(raw)).subject ?? '';
    writeFileSync(this.#file(number, 'json'), JSON.stringify(entry));
    return entry;
  }

  /** Newest first. */
  list(): Delivered[] {
    return [...this.#list].reverse();
  }

  get(number: number): { entry: Delivered; raw: Buffer } | undefined {
    const entry = this.#list.find((e) => e.number === number);
    return entry && { entry, raw: readFileSync(this.#file(number, 'eml')) };
  }

  size(): number {
    return this.#list.reduce((sum, e) => sum + statSync(this.#file(e.number, 'eml')).size, 0);
  }

  #file(number: number, kind: 'eml' | 'json'): string {
    return join(this.#dir, `${number}.${kind}`);
  }
}
