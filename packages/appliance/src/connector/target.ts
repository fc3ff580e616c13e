/** What the committed configuration says about the exchange. Pure. */
import type { Config } from '@sightline/api';

export interface Target {
  enabled: boolean;
  name: string;
  url: string;
  manager: string;
  servers: { name: string; url: string }[];
  /** Proxy with user and password, and further authorities (PEM); '' for none. */
  way: { proxy: string; ca: string };
}

export const NOWHERE: Target = {
  enabled: false,
  name: '',
  url: '',
  manager: '',
  servers: [],
  way: { proxy: '', ca: '' },
};

export function targetOf({ cloud, managedBy }: Config): Target {
  const server = cloud.servers.find((s) => s.name === cloud.server);
  const servers = cloud.servers.map(({ name, url }) => ({ name, url: new URL(url).origin }));
  return {
    enabled: cloud.enabled,
    name: cloud.server,
    url: server ? new URL(server.url).origin : '',
    manager: managedBy,
    servers,
    way: { proxy: proxyOf(cloud), ca: cloud.ca },
  };
}

function proxyOf({ proxy, proxyPassword }: Config['cloud']): string {
  if (proxy === '') return '';
  const url = new URL(proxy);
  url.password = proxyPassword;
  return url.href;
}
