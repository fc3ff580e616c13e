/** `sightline hub org add`: a further organisation on this hub, running or not. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { addOrganisationTo } from './app.ts';
import { optionsFrom } from './env.ts';

export const ORG_HELP = `Usage: sightline hub org add NAME --admin USER

Makes a further organisation, whose people see nothing of the others, and prints the one-time link with which its first
administrator chooses a password. The database is that of SIGHTLINE_DATA or SIGHTLINE_DATABASE_URL; the address in the
link is SIGHTLINE_PUBLIC_URL.

  --admin USER   Name of the first administrator; no other user of this hub may have it.
`;

const Given = z.object({
  name: z.string().trim().min(1, 'NAME is empty').max(128, 'NAME has at most 128 characters'),
  admin: z
    .string({ error: '--admin is missing' })
    .regex(/^[\w.@+-]{1,64}$/, '--admin has 1 to 64 letters, digits and . _ @ + - only'),
});

/** Lines for people, and the exit status. `args` come after `org`. */
export async function orgCommand(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<{ lines: string[]; status: 0 | 2 }> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { admin: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { lines: [ORG_HELP], status: 0 };
    const [verb, name, ...rest] = positionals;
    if (verb !== 'add' || name === undefined || rest.length > 0) return { lines: [ORG_HELP], status: 2 };
    const given = Given.safeParse({ name, admin: values.admin });
    if (!given.success) return { lines: given.error.issues.map(({ message }) => message), status: 2 };
    const link = await addOrganisationTo(optionsFrom(env), given.data);
    return { lines: [`One-time link for ${given.data.admin}, until ${link.expires}:`, link.url], status: 0 };
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : String(error)], status: 2 };
  }
}
