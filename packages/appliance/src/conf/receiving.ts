/** What the single fields of listeners, certificates and tables cannot say. Pure. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import {
  allListeners,
  type Certificate,
  type Config,
  type Listener,
  RELAYLIST,
  UNKNOWNLIST,
} from '@sightline/api';
import { certificates } from './pem.ts';

/** A place in the document and the sentence about it. */
export type Finding = [path: PropertyKey[], message: string];

export const receivingFindings = (config: Config): Finding[] => [
  ...allListeners(config).flatMap((one, i) =>
    listenerFindings(one, config).map(
      ([path, text]): Finding => [[...(i === 0 ? ['listener'] : ['listeners', i - 1]), ...path], text],
    ),
  ),
  ...addressFindings(config),
  ...twice(allListeners(config), (i) => (i === 0 ? ['listener'] : ['listeners', i - 1])),
  ...twice(config.certificates, (i) => ['certificates', i]),
  ...twice(config.flowPolicies, (i) => ['flowPolicies', i]),
  ...twice(config.senderGroups, (i) => ['senderGroups', i]),
  ...config.certificates.flatMap(certificateFindings),
  ...policyFindings(config),
  ...groupFindings(config),
  ...relayFindings(config),
];

/** Names by which others refer to a thing must tell it from all of its kind. */
export function twice(list: { name: string }[], place: (i: number) => PropertyKey[]): Finding[] {
  const names = list.map((one) => one.name.toLowerCase());
  return names.flatMap((name, i): Finding[] =>
    names.indexOf(name) === i ? [] : [[[...place(i), 'name'], `${list[i]?.name} is in the list twice.`]],
  );
}

function addressFindings(config: Config): Finding[] {
  const all = allListeners(config);
  const where = all.map(({ host, port }) => (port === 0 ? '' : `${host}:${port}`));
  return all.flatMap((one, i): Finding[] => {
    const first = where.indexOf(where[i] ?? '');
    if (where[i] === '' || first === i) return [];
    return [
      [['listeners', i - 1, 'port'], `${all[first]?.name} listens on ${one.host}:${one.port} already.`],
    ];
  });
}

function listenerFindings(one: Listener, config: Config): Finding[] {
  const found: Finding[] = [];
  const policy = config.flowPolicies.find(({ name }) => name === one.policy);
  if (!policy) found.push([['policy'], `There is no mail flow policy ${one.policy}.`]);
  else if (one.tls === 'none' && policy.tls === 'required')
    found.push([['tls'], `The mail flow policy ${policy.name} requires TLS.`]);
  if (one.certificate !== '') {
    const certificate = config.certificates.find(({ name }) => name === one.certificate);
    if (!certificate) found.push([['certificate'], `There is no certificate ${one.certificate}.`]);
  }
  return found;
}

function certificateFindings({ certificate, privateKey }: Certificate, i: number): Finding[] {
  const at = (field: keyof Certificate, text: string): Finding[] => [[['certificates', i, field], text]];
  const [own] = certificates(certificate) ?? [];
  if (!own) return at('certificate', 'Paste certificates in PEM form, from -----BEGIN CERTIFICATE-----.');
  if (privateKey === '')
    return at('privateKey', 'Paste the private key that belongs to the certificate, in PEM form.');
  const key = keyOf(privateKey);
  if (!key) return at('privateKey', 'This is not a private key in PEM form without a password.');
  return own.checkPrivateKey(key) ? [] : at('privateKey', 'This key does not belong to the certificate.');
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function policyFindings({ flowPolicies }: Config): Finding[] {
  return flowPolicies.flatMap((one, i): Finding[] => {
    const open = one.auth !== 'off' && one.tls === 'off';
    if (open)
      return [[['flowPolicies', i, 'tls'], 'Passwords travel over TLS only: choose preferred or required.']];
    return [];
  });
}

function groupFindings({ senderGroups, flowPolicies, ...config }: Config): Finding[] {
  const policies = new Set(flowPolicies.map(({ name }) => name));
  const listeners = new Set(allListeners(config).map(({ name }) => name));
  return senderGroups.flatMap((group, i): Finding[] => {
    const at = (field: PropertyKey[], text: string): Finding => [['senderGroups', i, ...field], text];
    const unknown = group.listeners.flatMap((name, j) =>
      listeners.has(name) ? [] : [at(['listeners', j], `There is no listener ${name}.`)],
    );
    if (!policies.has(group.policy))
      unknown.push(at(['policy'], `There is no mail flow policy ${group.policy}.`));
    if (group.name === UNKNOWNLIST)
      unknown.push(at(['name'], `${UNKNOWNLIST} is everybody whom no group takes.`));
    return unknown;
  });
}

/** What would let mail through that nobody meant to let through, or the other way round. */
function relayFindings({ recipientTable, relayNetworks, senderGroups, flowPolicies }: Config): Finding[] {
  const open = recipientTable.flatMap(({ recipient, action }, i): Finding[] =>
    action === 'accept' && recipient.trim().toLowerCase() === 'all'
      ? [
          [
            ['recipientTable', i, 'action'],
            'ALL can only be rejected: accepted, anybody could send anywhere.',
          ],
        ]
      : [],
  );
  const implied = relayNetworks.length > 0 && !senderGroups.some(({ name }) => name === RELAYLIST);
  if (implied && !flowPolicies.some(({ name }) => name === 'RELAYED'))
    open.push([['relayNetworks'], 'These need the mail flow policy RELAYED, or a sender group RELAYLIST.']);
  return open;
}
