/**
 * npm run bench -- smtp [--rounds 3] [--messages 2000] [--sessions 20] [--only sightline] [--profile FOLDER]
 *
 * Mail through a gateway: Debian's smtp-source sends, smtp-sink is the next hop, and what counts is the time until
 * the last message is there. Sightline (everything durable before the 250, MIME parsed, files hashed, policies,
 * message tracking), Postfix as a relay and Haraka's queue take turns, so that all meet the same machine.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addUsed, type Cpu, cpuOf, perMessage } from './smtp/cpu.ts';
import { haraka } from './smtp/haraka.ts';
import { letter, SIZES } from './smtp/letter.ts';
import { fill, openSink, type Sink } from './smtp/load.ts';
import { postfix } from './smtp/postfix.ts';
import { probe } from './smtp/probe.ts';
import { sightline } from './smtp/sightline.ts';

/** A gateway that is measured. */
export interface Gateway {
  name: 'sightline' | 'postfix' | 'haraka';
  port: number;
  /** Highest resident memory of its processes, MiB; undefined where that is not measured. */
  rssMiB(): number | undefined;
  /** Of a gateway that is one process. */
  pid?: number;
  stop(): Promise<void>;
}

/** Starts one in a folder of its own; `aside` is where the probe's mail goes. @throws why it cannot be had here */
export type Start = (
  dir: string,
  sink: number,
  options: { aside: number; profile?: string },
) => Promise<Gateway>;

const STARTS: Record<Gateway['name'], Start> = { sightline, postfix, haraka };
const tell = (text: string): void => console.error(text);

interface Sample {
  name: Gateway['name'];
  size: number;
  seconds: number;
  messages: number;
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      messages: { type: 'string', default: '2000' },
      sessions: { type: 'string', default: '20' },
      only: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  if (spawnSync('sh', ['-c', 'command -v smtp-source smtp-sink']).status !== 0)
    throw new Error('smtp-source and smtp-sink are missing: install the package postfix.');
  const dir = mkdtempSync(join(tmpdir(), 'bench-smtp-'));
  chmodSync(dir, 0o755);
  const load = { messages: Number(values.messages), sessions: Number(values.sessions) };
  try {
    return await measure(dir, Number(values.rounds), load, values);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Load {
  messages: number;
  sessions: number;
}

async function measure(
  dir: string,
  rounds: number,
  load: Load,
  { only, profile }: { only?: string; profile?: string },
): Promise<Record<string, unknown>> {
  const files = Object.fromEntries(SIZES.map((size) => [size, join(dir, `letter-${size}`)]));
  for (const size of SIZES) writeFileSync(files[size] as string, letter(size));
  const sink = await openSink();
  const aside = await openSink();
  const missing: Record<string, string> = {};
  const gateways: Gateway[] = [];
  for (const [name, start] of Object.entries(STARTS)) {
    if (only && only !== name) continue;
    try {
      gateways.push(
        await start(join(dir, name), sink.port, { aside: aside.port, ...(profile ? { profile } : {}) }),
      );
    } catch (error) {
      missing[name] = (error as Error).message.slice(0, 300);
      tell(`${name} cannot be measured: ${missing[name]}`);
    }
  }
  try {
    const samples: Sample[] = [];
    const waits: number[] = [];
    const cpu: Cpu = {};
    for (const gateway of gateways)
      await pass(gateway, sink, files[SIZES[0] ?? 0] ?? '', { ...load, messages: 300 });
    for (let round = 1; round <= rounds; round++)
      samples.push(...(await oneRound(round, gateways, sink, files, load, waits, cpu)));
    const sent = load.messages * rounds * SIZES.length;
    return {
      ...summary(samples, waits, gateways),
      cpu_us_per_message: perMessage(cpu, sent),
      ...load,
      rounds,
      missing,
    };
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await Promise.all([sink.close(), aside.close()]);
  }
}

async function oneRound(
  round: number,
  gateways: Gateway[],
  sink: Sink,
  files: Record<number, string>,
  load: Load,
  waits: number[],
  cpu: Cpu,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  // Each is the first in turn, so that none always meets a cold or a hot machine.
  const order = gateways.map((_, i) => gateways[(i + round) % gateways.length] as Gateway);
  for (const size of SIZES) {
    for (const gateway of order) {
      const probing = gateway.name === 'sightline' ? probe(gateway.port, size) : undefined;
      const before = cpuOf(gateway.pid ?? 0);
      const seconds = await pass(gateway, sink, files[size] ?? '', load);
      if (gateway.pid !== undefined) addUsed(cpu, before, cpuOf(gateway.pid));
      waits.push(...((await probing?.stop()) ?? []));
      await sink.quiet();
      samples.push({ name: gateway.name, size, seconds, messages: load.messages });
      tell(
        `round ${round}, ${size} bytes, ${gateway.name}: ${Math.round(load.messages / seconds)} messages/s`,
      );
    }
  }
  return samples;
}

/** Sends a load through a gateway; seconds until all of it is at the next hop. */
async function pass(
  gateway: Gateway,
  sink: Sink,
  file: string,
  { messages, sessions }: Load,
): Promise<number> {
  const before = sink.messages();
  const start = performance.now();
  await fill({ port: gateway.port, file, messages, sessions });
  await sink.reached(before + messages);
  return (performance.now() - start) / 1000;
}

function summary(samples: Sample[], waits: number[], gateways: Gateway[]): Record<string, unknown> {
  const rate = (name: string, size?: number): number => {
    const mine = samples.filter((one) => one.name === name && (size === undefined || one.size === size));
    const seconds = mine.map((one) => one.seconds / one.messages);
    return seconds.length === 0 ? 0 : 1 / (seconds.reduce((a, b) => a + b) / seconds.length);
  };
  const per = (name: string): number => Math.round(rate(name));
  const ratio = (name: string): number | null =>
    rate(name) === 0 ? null : Math.round((rate('sightline') / rate(name)) * 100) / 100;
  waits.sort((a, b) => a - b);
  return {
    bench: 'smtp',
    sightline_per_s: per('sightline'),
    postfix_per_s: per('postfix'),
    haraka_per_s: per('haraka'),
    ratio_postfix: ratio('postfix'),
    ratio_haraka: ratio('haraka'),
    p99_ms: Math.round(waits[Math.floor(waits.length * 0.99)] ?? 0),
    rss_mb: Math.round(gateways.find((one) => one.name === 'sightline')?.rssMiB() ?? 0),
    by_size: Object.fromEntries(
      SIZES.map((size) => [
        size,
        Object.fromEntries(gateways.map(({ name }) => [name, Math.round(rate(name, size))])),
      ]),
    ),
  };
}
