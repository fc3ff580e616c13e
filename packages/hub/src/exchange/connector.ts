/** The exchange as appliances use it over HTTP: nonce, enrolment, deregistration. */
import { deregister, enrol, fail, getNonce } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { Quota } from '../who/quota.ts';
import { type EnrolDeps, enrol as redeem } from './enrol.ts';
import { checkProof, claimedSubject, type ProofDeps } from './proof.ts';
import { anyDevice, type DeviceRow, remove } from './store.ts';

export interface ConnectorDeps extends EnrolDeps {
  cut: (deviceId: string) => void;
  /** Nonces per address. */
  nonceQuota: Quota;
}

export function connectorRoutes(on: Mount<Caller>, deps: ConnectorDeps): void {
  on(getNonce, ({ caller }) => {
    const now = deps.clock();
    deps.nonceQuota.take(caller.peer, now);
    return { nonce: deps.nonces.make(now), now, region: deps.region };
  });
  on(enrol, ({ body, caller }) => redeem(deps, body, caller.peer));
  on(deregister, async ({ body, caller }) => {
    deps.peerQuota.check(caller.peer, deps.clock());
    const device = await proven(deps)(body.proof);
    await leave(deps, device, caller.peer);
    return undefined;
  });
}

/** The device whose key signed a proof. @throws bad_proof, or device_revoked when it was removed */
export const proven =
  (deps: ProofDeps & Pick<Deps, 'db'>) =>
  async (proof: string): Promise<DeviceRow> => {
    const device = await anyDevice(deps.db, claimedSubject(proof));
    if (!device?.key_x) throw fail('bad_proof', { reason: 'the device is not known here' });
    await checkProof(deps, proof, { kty: 'OKP', crv: 'Ed25519', x: device.key_x }, device.id);
    if (device.removed !== null) throw fail('device_revoked');
    return device;
  };

async function leave(deps: ConnectorDeps, device: DeviceRow, peer: string): Promise<void> {
  const { id, org_id: orgId, name } = device;
  await deps.db.transaction().execute(async (tx) => {
    await remove(tx, orgId, id, deps.clock());
    const text = `The appliance ended the registration of ${id}`;
    await deps.audit({ orgId, actor: name, action: 'device.deregistered', object: name, text, peer }, tx);
  });
  deps.cut(id);
}
