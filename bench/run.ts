/**
 * npm run bench -- NAME [options] [--save]: one measurement. What happens is told on standard error; the last line of
 * standard output is the result as JSON. `--save` keeps it under `bench/results/` with machine, commit and command.
 */
import { readdirSync } from 'node:fs';
import { save } from './save.ts';

/** Files beside this one that measure nothing themselves. */
const NONE = ['run', 'save', 'mail', 'spread'];

const [name = '', ...rest] = process.argv.slice(2);
const args = rest.filter((arg) => arg !== '--save');
const here = new URL('./', import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((one) => one.isFile() && /^\w+\.ts$/.test(one.name))
  .map((one) => one.name.slice(0, -3))
  .filter((one) => !NONE.includes(one));
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join('|')} [options] [--save]`);
  process.exit(2);
}
const { run } = (await import(new URL(`${name}.ts`, here).href)) as {
  run: (args: string[]) => Promise<Record<string, unknown>>;
};
const result = await run(args);
if (args.length < rest.length)
  console.error(`saved as ${save(new URL('results/', here), name, args, result)}`);
console.log(JSON.stringify(result));
process.exit(0);
