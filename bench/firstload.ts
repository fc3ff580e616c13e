/**
 * npm run bench -- firstload [--rounds 10]: how long after an address was entered its page can be used, on loopback, by a
 * browser that has nothing of it yet: its heading and what it is for are there, and nothing is being loaded any more.
 */
import { parseArgs } from 'node:util';
import { fill } from '../demo/src/fill.ts';
import { logInAt } from '../test/acts.ts';
import build from '../test/build.ts';
import { type Load, load } from '../test/measured.ts';
import { LOGIN, openSystem } from '../test/system.ts';
import { spread } from './spread.ts';

/** What a page is for, once it is there. */
const PAGES = [
  { name: 'dashboard', at: 'hub', path: '/dashboard', has: 'section[aria-label="Mail"] li b' },
  { name: 'investigate', at: 'hub', path: '/investigate', has: 'main textarea' },
  { name: 'intelligence', at: 'hub', path: '/intelligence', has: 'main table, main h3' },
  { name: 'overview', at: 'console', path: '/overview', has: 'main table tbody tr' },
] as const;

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '10' } } });
  build();
  const system = await openSystem();
  const bases = { hub: system.world.hubs.AMERICAS.url, console: system.world.console.url };
  await fill(system.world, LOGIN);
  const page = await system.page();
  for (const base of Object.values(bases)) await logInAt(page, base);
  const session = await page.context().storageState();
  await page.close();
  const result: Record<string, unknown> = { bench: 'firstload', rounds: Number(values.rounds) };
  for (const { name, at, path, has } of PAGES) {
    const loads: Load[] = [];
    for (let i = 0; i < Number(values.rounds); i++)
      loads.push(await load(system.browser, session, bases[at] + path, has));
    result[name] = {
      usable_ms: spread(loads.map(({ ms }) => ms)),
      requests: loads[0]?.requests,
      kb: loads[0]?.kb,
    };
    console.error(name, JSON.stringify(result[name]));
  }
  await system.close();
  return result;
}
