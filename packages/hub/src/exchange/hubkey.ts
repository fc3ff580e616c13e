/** The key by which this exchange signs its questions to devices; each pins it when it enrols. */
import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubKey, ORDER_TYPE, type Order } from '@sightline/api';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

export interface OrderKey extends HubKey {
  /** A compact JWS over an order. */
  sign(order: Order): string;
}

const FILE = 'link-key.json';
const Stored = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().length(43),
  d: z.string().length(43),
});

/**
 * The key in this folder, made at the first start, readable by its owner only. Several hubs of one exchange need the
 * same file; a lost one means that every device must enrol again.
 */
export async function orderKey(folder: string): Promise<OrderKey> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return make(path);
  });
  const { kty, crv, x, d } = Stored.parse(JSON.parse(text));
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const key = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  return { kid, x, sign: (order) => compact(order, kid, key) };
}

/** Two programs that start at once end up with the same key: the first link wins. */
async function make(path: string): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const fresh = `${path}.${randomUUID()}`;
  await writeFile(fresh, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600, flush: true });
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return readFile(path, 'utf8');
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function compact(order: Order, kid: string, key: KeyObject): string {
  const input = `${base64({ alg: 'EdDSA', typ: ORDER_TYPE, kid })}.${base64(order)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}
