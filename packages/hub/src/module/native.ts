/** The kinds that are asked over the web, in the order of the catalogue. */
import { abuseIpDbKind } from './abuseipdb/kind.ts';
import { ampKind } from './amp/kind.ts';
import { asyncOsKind } from './asyncos/kind.ts';
import type { Kind } from './kind.ts';
import { mispKind } from './misp/kind.ts';
import type { RelayDeps } from './relay/call.ts';
import { relayKind } from './relay/kind.ts';
import { GENERIC_RELAY } from './relay/type.ts';
import { urlhausKind } from './urlhaus/kind.ts';
import { virusTotalKind } from './virustotal/kind.ts';

export const webKinds = (deps: RelayDeps): Kind[] => [
  asyncOsKind(deps),
  ampKind(deps),
  virusTotalKind(deps),
  abuseIpDbKind(deps),
  urlhausKind(deps),
  mispKind(deps),
  relayKind(GENERIC_RELAY, deps),
];
