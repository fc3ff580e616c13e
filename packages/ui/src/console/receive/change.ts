/** Parts of the configuration to submit when one entry changes: what refers to it follows. Pure. */
import type {
  Certificate,
  Config,
  ConfigPart,
  FlowPolicy,
  Listener,
  RecipientRule,
  SenderGroup,
} from '@sightline/api';

/** Puts an entry in place of that at `index`, or at the end. */
export const put = <T>(list: readonly T[], index: number, entry: T): T[] =>
  index < 0 || index >= list.length ? [...list, entry] : list.with(index, entry);

/** Takes the entry at `from` to the place `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const entry = list[from];
  if (entry === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, entry);
}

const renamed = (names: string[], old: string | undefined, name: string): string[] =>
  names.map((one) => (one === old ? name : one));

/** `index` 0 is the first listener. */
export function putListener(config: Config, index: number, entry: Listener): ConfigPart {
  const old = index === 0 ? config.listener.name : config.listeners[index - 1]?.name;
  const own = index === 0 ? { listener: entry } : { listeners: put(config.listeners, index - 1, entry) };
  if (old === undefined || old === entry.name) return own;
  const senderGroups = config.senderGroups.map((group) => ({
    ...group,
    listeners: renamed(group.listeners, old, entry.name),
  }));
  return { ...own, senderGroups };
}

export function putCertificate(config: Config, index: number, entry: Certificate): ConfigPart {
  const old = config.certificates[index]?.name;
  const own = { certificates: put(config.certificates, index, entry) };
  if (old === undefined || old === entry.name) return own;
  const follow = <T extends Listener>(one: T): T =>
    one.certificate === old ? { ...one, certificate: entry.name } : one;
  return { ...own, listener: follow(config.listener), listeners: config.listeners.map(follow) };
}

export function putPolicy(config: Config, index: number, entry: FlowPolicy): ConfigPart {
  const old = config.flowPolicies[index]?.name;
  const own = { flowPolicies: put(config.flowPolicies, index, entry) };
  if (old === undefined || old === entry.name) return own;
  const follow = <T extends { policy: string }>(one: T): T =>
    one.policy === old ? { ...one, policy: entry.name } : one;
  return {
    ...own,
    listener: follow(config.listener),
    listeners: config.listeners.map(follow),
    senderGroups: config.senderGroups.map(follow),
  };
}

export const putGroup = (config: Config, index: number, entry: SenderGroup): ConfigPart => ({
  senderGroups: put(config.senderGroups, index, entry),
});

export const putRule = (config: Config, index: number, entry: RecipientRule): ConfigPart => ({
  recipientTable: put(config.recipientTable, index, entry),
});

/** Where a mail flow policy is in use. */
export const usersOf = (config: Config, policy: string): string[] => [
  ...config.senderGroups.filter((one) => one.policy === policy).map((one) => one.name),
  ...[config.listener, ...config.listeners].filter((one) => one.policy === policy).map((one) => one.name),
];
