/** The secrets of a document: never read back, kept when the mark that stands for them is submitted. Pure. */
import { type Config, HIDDEN } from '@sightline/api';
import { isPlain } from './document.ts';

const mark = (secret: string): string => (secret === '' ? '' : HIDDEN);

/** As documents leave the appliance. */
export const conceal = (config: Config): Config => ({
  ...config,
  cloud: { ...config.cloud, proxyPassword: mark(config.cloud.proxyPassword) },
  certificates: config.certificates.map((one) => ({ ...one, privateKey: mark(one.privateKey) })),
  outgoingAuth: config.outgoingAuth.map((one) => ({ ...one, password: mark(one.password) })),
});

/** As a file carries it away. */
export function withoutSecrets(config: Config): Record<string, unknown> {
  const { proxyPassword: _, ...cloud } = config.cloud;
  const certificates = config.certificates.map(({ privateKey: _key, ...rest }) => rest);
  const outgoingAuth = config.outgoingAuth.map(({ password: _password, ...rest }) => rest);
  return { ...config, cloud, certificates, outgoingAuth };
}

/** A submitted part with the secrets of `config` where the mark stands. */
export function reveal(patch: unknown, config: Config): unknown {
  return isPlain(patch) ? passwordsBack(keysBack(proxyBack(patch, config), config), config) : patch;
}

type Part = Record<string, unknown>;

/** Another proxy does not get the password of the old one. */
function proxyBack(patch: Part, config: Config): Part {
  if (!isPlain(patch.cloud)) return patch;
  const { proxyPassword = HIDDEN, proxy = config.cloud.proxy } = patch.cloud;
  if (proxyPassword !== HIDDEN) return patch;
  const kept = proxy === config.cloud.proxy ? config.cloud.proxyPassword : '';
  return { ...patch, cloud: { ...patch.cloud, proxyPassword: kept } };
}

/** A certificate keeps its key under another name too; one that is renewed keeps the key of its name. */
function keysBack(patch: Part, config: Config): Part {
  if (!Array.isArray(patch.certificates)) return patch;
  const kept = (one: Part): string =>
    config.certificates.find((own) => own.certificate === one.certificate || own.name === one.name)
      ?.privateKey ?? '';
  const certificates = patch.certificates.map((one: unknown) =>
    isPlain(one) && (one.privateKey ?? HIDDEN) === HIDDEN ? { ...one, privateKey: kept(one) } : one,
  );
  return { ...patch, certificates };
}

/** Another account does not get the password of the old one. */
function passwordsBack(patch: Part, config: Config): Part {
  if (!Array.isArray(patch.outgoingAuth)) return patch;
  const kept = (one: Part): string =>
    config.outgoingAuth.find((own) => own.name === one.name && own.user === one.user)?.password ?? '';
  const outgoingAuth = patch.outgoingAuth.map((one: unknown) =>
    isPlain(one) && (one.password ?? HIDDEN) === HIDDEN ? { ...one, password: kept(one) } : one,
  );
  return { ...patch, outgoingAuth };
}

/** A whole document from elsewhere, with our own secrets where it has none and means the same thing. */
export function adopt(document: Record<string, unknown>, config: Config): unknown {
  const known = passwordsBack(keysBack(document, config), config);
  const { cloud } = known;
  if (!isPlain(cloud) || 'proxyPassword' in cloud || cloud.proxy !== config.cloud.proxy) return known;
  return { ...known, cloud: { ...cloud, proxyPassword: config.cloud.proxyPassword } };
}
