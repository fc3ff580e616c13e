/** Edit Cloud Service Settings: the fields, and the part of the configuration they make. */
import { Config, HIDDEN } from '@sightline/api';

export interface CloudForm {
  enabled: boolean;
  server: string;
  servers: { name: string; url: string }[];
  managedBy: string;
  proxy: string;
  /** What is typed; '' leaves a password that is set as it is. */
  proxyPassword: string;
  /** A password is set. */
  proxyPasswordSet: boolean;
  ca: string;
  remoteApi: boolean;
  remoteResponse: boolean;
  remoteContent: boolean;
}

export type CloudProblems = Record<string, string>;

export const cloudForm = (config: Config): CloudForm => ({
  ...config.cloud,
  managedBy: config.managedBy,
  proxyPassword: '',
  proxyPasswordSet: config.cloud.proxyPassword !== '',
});

/** The part to submit, or the sentence to show at each field; `servers.0.url` is the address in the first row. */
export function cloudPatch(
  form: CloudForm,
): { patch: Pick<Config, 'cloud' | 'managedBy'> } | { problems: CloudProblems } {
  const servers = form.servers
    .map((s) => ({ name: s.name.trim(), url: s.url.trim() }))
    .filter((s) => s.name !== '' || s.url !== '');
  const patch = {
    cloud: {
      enabled: form.enabled,
      server: form.server,
      servers,
      proxy: form.proxy.trim(),
      proxyPassword: password(form),
      ca: form.ca.trim(),
      remoteApi: form.remoteApi,
      remoteResponse: form.remoteResponse,
      remoteContent: form.remoteContent,
    },
    managedBy: form.managedBy.trim(),
  };
  const checked = Config.safeParse(patch);
  if (!checked.success)
    return { problems: Object.fromEntries(checked.error.issues.map((i) => sentence(i.path))) };
  if (!servers.some((s) => s.name === form.server))
    return { problems: { server: 'Choose one of the servers below.' } };
  return { patch };
}

/** Without a proxy, or a user for it, there is nothing that a password could be for. */
function password({ proxy, proxyPassword, proxyPasswordSet }: CloudForm): string {
  if (proxy.trim() === '') return '';
  return proxyPassword === '' && proxyPasswordSet ? HIDDEN : proxyPassword;
}

function sentence(path: PropertyKey[]): [string, string] {
  const field = path.join('.').replace(/^cloud\./, '');
  if (field === 'servers') return [field, 'Enter at least one server.'];
  if (field.endsWith('.url')) return [field, 'Enter an address such as https://exchange.example.com.'];
  if (field.endsWith('.name')) return [field, 'Enter a name of at most 32 characters.'];
  return [field, 'This is too long.'];
}
