/** npm run bench -- <name> [options]: one measurement, its result as JSON on one line. */
import { readdirSync } from 'node:fs';

const [name = '', ...args] = process.argv.slice(2);
const here = new URL('./', import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((one) => one.isFile() && one.name.endsWith('.ts') && one.name !== 'run.ts')
  .map((one) => one.name.slice(0, -3));
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join('|')} [options]`);
  process.exit(2);
}
const { run } = (await import(new URL(`${name}.ts`, here).href)) as {
  run: (args: string[]) => Promise<Record<string, unknown>>;
};
console.log(JSON.stringify(await run(args)));
process.exit(0);
