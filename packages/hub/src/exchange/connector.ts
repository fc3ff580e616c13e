/** The exchange as appliances use it over HTTP: nonce, enrolment, new keys, deregistration. */
import { deregister, enrol, type Fault, fail, getNonce, type PublicKey, rotate } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Quota } from '@sightline/api/web/quota';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { type EnrolDeps, enrol as redeem } from './enrol.ts';
import { changeKey } from './presence.ts';
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
  on(rotate, async ({ body, caller }) => {
    deps.peerQuota.check(caller.peer, deps.clock());
    return changed(deps, body, caller.peer);
  });
  on(deregister, async ({ body, caller }) => {
    deps.peerQuota.check(caller.peer, deps.clock());
    const { device } = await proven(deps)(body.proof);
    await leave(deps, device, caller.peer);
    return undefined;
  });
}

/**
 * The device whose key signed a proof: its key, or the one before while that is still good.
 * @throws bad_proof, or device_revoked when it was removed
 */
const proven =
  (deps: ProofDeps & Pick<Deps, 'db'>) =>
  async (proof: string): Promise<{ device: DeviceRow; claimedKey: string | undefined }> => {
    const device = await anyDevice(deps.db, claimedSubject(proof));
    if (!device?.key_x) throw fail('bad_proof', { reason: 'the device is not known here' });
    const { key } = await byEither(deps, proof, device, device.key_x);
    if (device.removed !== null) throw fail('device_revoked');
    return { device, claimedKey: key };
  };

/** The same for a connection. @throws device_conflict as long as two machines have its key */
export const admitted =
  (deps: ProofDeps & Pick<Deps, 'db'>) =>
  async (proof: string): Promise<DeviceRow> => {
    const { device } = await proven(deps)(proof);
    if (device.conflict !== null) throw fail('device_conflict', { device: device.name });
    return device;
  };

const keyOf = (x: string): PublicKey => ({ kty: 'OKP', crv: 'Ed25519', x });

async function byEither(deps: ProofDeps, proof: string, device: DeviceRow, x: string) {
  const { key_old_x: old, key_old_until: until } = device;
  try {
    return await checkProof(deps, proof, keyOf(x), device.id);
  } catch (error) {
    if (old === null || until === null || until <= deps.clock()) throw error;
    return checkProof(deps, proof, keyOf(old), device.id);
  }
}

/** Gives the device its new key. The same again, its answer having been lost, is answered again. */
async function changed(
  deps: ConnectorDeps,
  given: { key: PublicKey; proof: string; possession: string },
  peer: string,
): Promise<{ oldKeyUntil: number }> {
  const { device, claimedKey } = await proven(deps)(given.proof);
  if (claimedKey !== given.key.x) throw fail('bad_proof', { reason: 'it does not name the new key' });
  await checkProof(deps, given.possession, given.key, device.id);
  if (device.key_x === given.key.x && device.key_old_until) return { oldKeyUntil: device.key_old_until };
  const from = device.key_x as string;
  return deps.db.transaction().execute(async (tx) => {
    const now = deps.clock();
    const until = await changeKey(tx, device.id, { from, to: given.key.x }, now);
    if (until === undefined) throw fail('bad_proof', { reason: 'the key was changed in the meantime' });
    const { org_id: org, name } = device;
    const text = `The appliance changed its key; the old one is good until ${new Date(until).toISOString()}`;
    await deps.audit({ orgId: org, actor: name, action: 'device.rotated', object: name, text, peer }, tx);
    await deps.note({ org, device: device.id, name, kind: 'device.rotated', text, peer }, tx);
    return { oldKeyUntil: until };
  });
}

/** Whose event a refused connection is: that of the device that was named, else of the hub's own organisation. */
export async function noteRefusal(
  deps: Pick<EnrolDeps, 'db' | 'home' | 'note'>,
  proof: string,
  fault: Fault,
  peer: string,
): Promise<void> {
  const device = await named(deps.db, proof);
  const [org, id, name] = device ? [device.org_id, device.id, device.name] : [deps.home, '', ''];
  await deps.note({ org, device: id, name, kind: 'device.refused', text: fault.message, peer });
}

async function named(db: Db, proof: string): Promise<DeviceRow | undefined> {
  try {
    return await anyDevice(db, claimedSubject(proof));
  } catch {
    return undefined;
  }
}

async function leave(deps: ConnectorDeps, device: DeviceRow, peer: string): Promise<void> {
  const { id, org_id: orgId, name } = device;
  await deps.db.transaction().execute(async (tx) => {
    await remove(tx, orgId, id, deps.clock());
    const text = `The appliance ended the registration of ${id}`;
    await deps.audit({ orgId, actor: name, action: 'device.deregistered', object: name, text, peer }, tx);
  });
  deps.cut(id);
}
