/** The secrets of a document: never read back, kept when the mark that stands for them is submitted. Pure. */
import { type Config, HIDDEN } from '@sightline/api';
import { isPlain } from './document.ts';

/** As documents leave the appliance. */
export const conceal = (config: Config): Config => ({
  ...config,
  cloud: { ...config.cloud, proxyPassword: config.cloud.proxyPassword === '' ? '' : HIDDEN },
});

/** As a file carries it away. */
export function withoutSecrets(config: Config): Record<string, unknown> {
  const { proxyPassword: _, ...cloud } = config.cloud;
  return { ...config, cloud };
}

/** A submitted part with the secrets of `config` where the mark stands; another proxy does not get the old one. */
export function reveal(patch: unknown, config: Config): unknown {
  if (!isPlain(patch) || !isPlain(patch.cloud)) return patch;
  const { proxyPassword = HIDDEN, proxy = config.cloud.proxy } = patch.cloud;
  if (proxyPassword !== HIDDEN) return patch;
  const kept = proxy === config.cloud.proxy ? config.cloud.proxyPassword : '';
  return { ...patch, cloud: { ...patch.cloud, proxyPassword: kept } };
}

/** A whole document from elsewhere, with our own secret when it has none and uses the same proxy. */
export function adopt(document: Record<string, unknown>, config: Config): unknown {
  const { cloud } = document;
  if (!isPlain(cloud) || 'proxyPassword' in cloud || cloud.proxy !== config.cloud.proxy) return document;
  return { ...document, cloud: { ...cloud, proxyPassword: config.cloud.proxyPassword } };
}
