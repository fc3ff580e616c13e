/** `sightline hub keys rotate`: a new key for the secrets of modules, on a hub that runs or not. */
import { openDatabase } from './audit-cli.ts';
import { optionsFrom } from './env.ts';
import { sealedAnew } from './module/secrets.ts';
import { changeInstance, everyInstance } from './module/store.ts';
import { newKey, sealer } from './secret/seal.ts';

const KEYS_HELP = `Usage: sightline hub keys rotate

Makes a new key for the secrets of modules and seals all of them with it. The older keys stay in module-keys.json of the
data folder, because backups of the database need them; keep that file apart from the backups.
`;

/** Lines for people, and the exit status. `args` come after `keys`. */
export async function keysCommand(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<{ lines: string[]; status: 0 | 2 }> {
  if (args.length !== 1 || args[0] !== 'rotate')
    return { lines: [KEYS_HELP], status: args[0] === '--help' ? 0 : 2 };
  try {
    const { dataDir } = optionsFrom(env);
    const kid = newKey(dataDir);
    const count = await sealAll(dataDir, env);
    return { lines: [`The key is now ${kid}. Secrets of ${count} modules were sealed with it.`], status: 0 };
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : String(error)], status: 2 };
  }
}

async function sealAll(dataDir: string, env: Record<string, string | undefined>): Promise<number> {
  const keys = sealer(dataDir);
  const db = openDatabase(env);
  try {
    const all = (await everyInstance(db)).filter(({ sealed }) => Object.keys(sealed).length > 0);
    for (const { id, orgId, sealed, updated } of all)
      await changeInstance(db, orgId, id, { sealed: sealedAnew(keys, id, sealed) }, Date.parse(updated));
    return all.length;
  } finally {
    await db.destroy();
  }
}
