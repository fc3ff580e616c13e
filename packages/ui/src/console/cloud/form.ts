/** Edit Cloud Service Settings: the fields, and the part of the configuration they make. */
import { Config } from '@sightline/api';

export interface CloudForm {
  enabled: boolean;
  server: string;
  servers: { name: string; url: string }[];
  managedBy: string;
}

export type CloudProblems = Record<string, string>;

export const cloudForm = (config: Config): CloudForm => ({ ...config.cloud, managedBy: config.managedBy });

/** The part to submit, or the sentence to show at each field; `servers.0.url` is the address in the first row. */
export function cloudPatch(
  form: CloudForm,
): { patch: Pick<Config, 'cloud' | 'managedBy'> } | { problems: CloudProblems } {
  const servers = form.servers
    .map((s) => ({ name: s.name.trim(), url: s.url.trim() }))
    .filter((s) => s.name !== '' || s.url !== '');
  const patch = {
    cloud: { enabled: form.enabled, server: form.server, servers },
    managedBy: form.managedBy.trim(),
  };
  const checked = Config.safeParse(patch);
  if (!checked.success)
    return { problems: Object.fromEntries(checked.error.issues.map((i) => sentence(i.path))) };
  if (!servers.some((s) => s.name === form.server))
    return { problems: { server: 'Choose one of the servers below.' } };
  return { patch };
}

function sentence(path: PropertyKey[]): [string, string] {
  const field = path.join('.').replace(/^cloud\./, '');
  if (field === 'servers') return [field, 'Enter at least one server.'];
  if (field.endsWith('.url')) return [field, 'Enter an address such as https://exchange.example.com.'];
  if (field.endsWith('.name')) return [field, 'Enter a name of at most 32 characters.'];
  return [field, 'Enter at most 255 characters.'];
}
