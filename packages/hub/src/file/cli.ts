/** `sightline inspect FILE`: what the portal would recognise in it. */
import { readFile as readBytes } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { typed } from '@sightline/ctim';
import { type FileRead, readFile } from './read.ts';

const HELP = `Usage: sightline inspect FILE [--json]

Shows the observables of a file (.eml, .msg, .pdf, .json as STIX, MISP or CTIM, .csv, any text; - is standard input),
one a line, as the query box of Investigate takes them. Those that may be something else are marked with a "?".

  --json   The same as JSON, with where each stood.
`;

export async function inspectCommand(args: readonly string[]): Promise<{ text: string; status: 0 | 1 | 2 }> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return { text: HELP, status: 0 };
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) return { text: HELP, status: 2 };
  try {
    const read = await readFile(basename(path), await bytesOf(path));
    return { text: values.json ? `${JSON.stringify(read, undefined, 2)}\n` : lines(read), status: 0 };
  } catch (error) {
    return { text: `${error instanceof Error ? error.message : error}\n`, status: 1 };
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  if (path !== '-') return readBytes(path);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const lines = ({ found, notes }: FileRead): string =>
  [
    ...found.map((one) => `${typed(one)}${one.confidence === 'ambiguous' ? ' ?' : ''}`),
    ...notes.map((note) => `# ${note}`),
    '',
  ].join('\n');

/** Runs the command of this process. */
export async function run(): Promise<void> {
  const { text, status } = await inspectCommand(process.argv.slice(2));
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = status;
}
