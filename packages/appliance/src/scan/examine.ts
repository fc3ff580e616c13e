/** All engines and the reader of the message, at the same time, under one deadline. */
import { open } from 'node:fs/promises';
import type { Config } from '@sightline/api';
import type { Head } from '../queue/message.ts';
import type { Engine, EngineResult, Examined, Letter } from './engine.ts';
import { fileResults } from './files.ts';
import type { Health } from './health.ts';
import { listResults } from './listed.ts';
import type { Lists } from './lists.ts';
import type { BodyTest, Scanned, Source, Wanted } from './scanned.ts';

type Content = Letter['bytes'];

export interface ExamineParts {
  scan(source: Source, wanted: Wanted): Promise<Scanned>;
  engines: readonly Engine[];
  /** Entries of our lists that are in force now. */
  lists(): Lists;
  health: Health;
  config(): Config;
}

/** Looks into a message. Never fails: what could not be looked at is a result too. */
export type Examine = (content: Content, head: Head) => Promise<Examined>;

export const examining =
  (parts: ExamineParts): Examine =>
  async (content, head) => {
    const config = parts.config();
    const [found, ...said] = await Promise.all([
      parts.scan(content, wantedOf(config)),
      ...wanted(parts.engines, head, config).map((engine) =>
        consult(engine, content, head, config, parts.health),
      ),
    ]);
    const { authentication, authResults } = said.find((one) => one.authentication) ?? {};
    return {
      found,
      results: [
        ...said.flatMap(({ results }) => results),
        ...mimeResults(found),
        ...listResults(parts.lists(), head, found),
        ...fileResults(config.engines.files, found),
      ],
      ...(authentication ? { authentication } : {}),
      ...(authResults ? { authResults } : {}),
    };
  };

const wantedOf = ({ engines, filters }: Config): Wanted => ({
  limits: engines.limits,
  tests: [...filters.incoming, ...filters.outgoing].flatMap(({ enabled, conditions }) =>
    enabled
      ? conditions.flatMap((one): BodyTest[] => (one.on === 'body' ? [{ op: one.op, value: one.value }] : []))
      : [],
  ),
});

function mimeResults({ anomalies = [] }: Scanned): EngineResult[] {
  if (anomalies.length === 0) return [];
  return [{ engine: 'mime', category: 'mime', version: '', verdict: 'suspect', names: anomalies, ms: 0 }];
}

const wanted = (engines: readonly Engine[], head: Head, config: Config): Engine[] =>
  engines.filter((one) => config.engines[one.name].enabled && one.wants({ head, config }));

type Consulted = Omit<Examined, 'found'>;

async function consult(
  engine: Engine,
  content: Content,
  head: Head,
  config: Config,
  health: Health,
): Promise<Consulted> {
  const start = performance.now();
  const { name, category } = engine;
  const whole = (one: Partial<EngineResult> & Pick<EngineResult, 'verdict' | 'names'>): EngineResult => ({
    engine: name,
    category,
    version: '',
    ms: Math.round((performance.now() - start) * 10) / 10,
    ...one,
  });
  const { maxSize, onError } = config.engines[name];
  const wants = onError === 'accept' ? {} : { wants: onError };
  if (content.end - content.start > maxSize)
    return {
      results: [whole({ verdict: 'skipped', names: ['larger than the limit of this engine'], ...wants })],
    };
  const said: Consulted = await look(engine, content, head, config).then(
    ({ results, ...rest }) => ({ ...rest, results: results.map(whole) }),
    (error: unknown) => ({ results: [whole({ verdict: 'error', names: [reason(error)], ...wants })] }),
  );
  health.note(name, said.results, performance.now() - start);
  return said;
}

async function look(
  engine: Engine,
  content: Content,
  head: Head,
  config: Config,
): ReturnType<Engine['look']> {
  const seconds = Math.min(config.engines[engine.name].timeoutSeconds, config.engines.deadlineSeconds);
  const signal = AbortSignal.timeout(seconds * 1000);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${seconds} s`)));
  });
  const bytes = await received(content);
  return Promise.race([engine.look({ head, bytes, config, signal }), late]);
}

function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return `${code && !message.includes(code) ? `${code} ` : ''}${message}`.replace(/\s+/g, ' ').slice(0, 300);
}

const FRONT = 4096;

/** Without the Received header of our own that stands in front. */
export async function received(content: Content): Promise<Content> {
  const handle = await open(content.path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(FRONT, content.end - content.start));
    await handle.read(buffer, 0, buffer.length, content.start);
    const text = buffer.toString('latin1');
    const end = /^received:[^\n]*\n(?:[ \t][^\n]*\n)*/i.exec(text)?.[0].length ?? 0;
    return { ...content, start: content.start + end };
  } finally {
    await handle.close();
  }
}
