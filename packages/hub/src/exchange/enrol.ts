/** Redeems a registration token: each refusal leaves the token as it was, and the audit log has the reason. */
import { type DeviceFacts, Fault, type FaultCode, type PublicKey, type Trust } from '@sightline/api';
import type { Quota } from '@sightline/api/web/quota';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import type { EventKind, Note } from './event.ts';
import type { Lanes } from './lanes.ts';
import { checkProof, type ProofDeps } from './proof.ts';
import { isEnabled } from './service.ts';
import { deviceOf, register } from './store.ts';
import { readToken, type Token } from './token.ts';
import { findToken, spendToken, type TokenRow, tokenById } from './tokens.ts';
import { type MinimumVersions, tooOld } from './version.ts';

/** An answer may be lost on its way: for so long the same key gets it again. */
const RETRY_MS = 10 * 60_000;

export interface Region {
  name: string;
  url: string;
}

export interface EnrolDeps extends ProofDeps, Pick<Deps, 'db' | 'audit'> {
  /** Whose audit log takes what no organisation can be named for. */
  home: string;
  region: string;
  regions: readonly Region[];
  minimumVersions: MinimumVersions;
  organisationName: (db: Db, orgId: string) => Promise<string>;
  /** Refusals per address and of the whole hub. */
  peerQuota: Quota;
  hubQuota: Quota;
  counted: (result: string) => void;
  /** Notes an event. */
  note: Note;
  /** How appliances are to know this exchange again. */
  trust: Trust;
  /** How long a refusal of this address waits, ms. */
  delay: (peer: string, now: number) => number;
  pause: (ms: number) => Promise<unknown>;
  /** So many redemptions at a time. */
  inTurn: Lanes;
}

export interface Enrolment {
  token: string;
  key: PublicKey;
  facts: DeviceFacts;
  proof: string;
}
type Enrolled = { deviceId: string; organisation: string; region: string } & Trust;

/** These do not help to guess tokens: the token was good. */
const GOOD_TOKEN = new Set<FaultCode>(['service_not_enabled', 'version_unsupported']);

/** Registers the appliance that holds the token and the key. @throws Fault, identical for unknown, expired, used */
export async function enrol(deps: EnrolDeps, given: Enrolment, peer: string): Promise<Enrolled> {
  const now = deps.clock();
  deps.peerQuota.check(peer, now);
  deps.hubQuota.check('', now);
  const outcome = await deps.inTurn(() => settled(deps, given, peer, now));
  if (!('fault' in outcome)) return outcome;
  await deps.pause(outcome.waitMs);
  throw outcome.fault;
}

type Refused = { fault: Fault; waitMs: number };

/** The limits again: while this one waited for its turn others may have used them up. */
async function settled(
  deps: EnrolDeps,
  given: Enrolment,
  peer: string,
  now: number,
): Promise<Enrolled | Refused> {
  deps.peerQuota.check(peer, now);
  deps.hubQuota.check('', now);
  try {
    const enrolled = await attempt(deps, given, peer, now);
    deps.counted('registered');
    return enrolled;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: error, waitMs: await refused(deps, given, error, peer, now) };
  }
}

async function attempt(deps: EnrolDeps, given: Enrolment, peer: string, now: number): Promise<Enrolled> {
  const token = readToken(given.token);
  if (!token) throw new Fault('token_malformed');
  checkRegion(deps, token);
  await checkProof(deps, given.proof, given.key, token.id);
  const row = await findToken(deps.db, token);
  if (!row) throw invalid('token.refused', 'the token is not known here or its device was deleted');
  const again = retried(row, given.key.x, now);
  if (!again) await checkAllowed(deps, row, given.facts);
  if (!again) await redeem(deps, row, given, peer, now);
  const organisation = await deps.organisationName(deps.db, row.org_id);
  return { deviceId: row.device_id, organisation, region: deps.region, ...deps.trust };
}

function checkRegion(deps: EnrolDeps, token: Token): void {
  if (token.region === deps.region.toLowerCase()) return;
  const right = deps.regions.find((r) => r.name.toLowerCase() === token.region);
  const name = right?.name ?? token.region.toUpperCase();
  const token_url = right?.url ?? 'not part of this installation';
  throw new Fault('wrong_region', { token_region: name, token_url, this_region: deps.region });
}

/** Whether this is the same appliance asking again. @throws token_invalid when it is another, or too late */
function retried(row: TokenRow, keyX: string, now: number): boolean {
  if (row.used_at === null) {
    if (row.revoked !== null) throw invalid('token.refused', 'the token was revoked', row);
    if (row.expires <= now) throw invalid('token.refused', 'the token has expired', row);
    return false;
  }
  if (row.used_key !== keyX)
    throw invalid('token.reuse', 'the token was already used by another appliance', row);
  if (now - row.used_at > RETRY_MS) throw invalid('token.refused', 'the token was already used', row);
  return true;
}

async function checkAllowed(deps: EnrolDeps, row: TokenRow, facts: DeviceFacts): Promise<void> {
  if (!(await isEnabled(deps.db, row.org_id)))
    throw new Fault('service_not_enabled', { region: deps.region });
  const minimum = tooOld(facts, deps.minimumVersions);
  if (minimum === undefined) return;
  const { product, version } = facts;
  throw new Fault('version_unsupported', { product: product || facts.type, version, minimum });
}

async function redeem(
  deps: EnrolDeps,
  row: TokenRow,
  { key, facts }: Enrolment,
  peer: string,
  now: number,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    if (!(await spendToken(tx, row.id, key.x, now))) return lost(await tokenById(tx, row.id), key.x, now);
    if (!(await register(tx, row.device_id, { facts, keyX: key.x, peer }, now)))
      throw invalid('token.refused', 'the device of this token was deleted', row);
    const device = await deviceOf(tx, row.org_id, row.device_id);
    const object = device?.name ?? row.device_id;
    const text = `Registered ${facts.type} ${facts.name} (${facts.product} ${facts.version}) with token ${row.id}`;
    const line = { orgId: row.org_id, actor: facts.name, action: 'device.registered', object, text, peer };
    await deps.audit(line, tx);
    const { org_id: org, device_id } = row;
    await deps.note({ org, device: device_id, name: object, kind: 'device.registered', text, peer }, tx);
  });
}

/** Another request was faster: fine if it was this appliance's own. */
function lost(row: TokenRow | undefined, keyX: string, now: number): void {
  if (!row) throw invalid('token.refused', 'the device of this token was deleted');
  if (!retried(row, keyX, now)) throw invalid('token.refused', 'the token has expired', row);
}

/** What only the audit log and the events are told. */
interface Reason {
  action: EventKind;
  text: string;
  row: TokenRow | undefined;
}
const invalid = (action: Reason['action'], text: string, row?: TokenRow): Fault =>
  new Fault('token_invalid', {}, { cause: { action, text, row } satisfies Reason });

async function refused(
  deps: EnrolDeps,
  given: Enrolment,
  fault: Fault,
  peer: string,
  now: number,
): Promise<number> {
  deps.counted(fault.code);
  const reason = fault.code === 'token_invalid' ? (fault.cause as Reason) : undefined;
  const id = readToken(given.token)?.id ?? 'no token';
  const org = reason?.row?.org_id ?? deps.home;
  const action = reason?.action ?? 'token.refused';
  const text = `Registration with token ${id} refused: ${reason?.text ?? fault.message}`;
  const { name } = given.facts;
  await deps.db.transaction().execute(async (tx) => {
    await deps.audit({ orgId: org, actor: name, action, object: id, text, peer }, tx);
    await deps.note({ org, device: reason?.row?.device_id ?? '', name, kind: action, text, peer }, tx);
  });
  if (GOOD_TOKEN.has(fault.code)) return 0;
  deps.peerQuota.take(peer, now);
  deps.hubQuota.take('', now);
  return deps.delay(peer, now);
}
