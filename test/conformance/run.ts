/**
 * `npm run conformance -- relay --path DIR`, `npm run conformance -- python-client --path DIR`: programs that others published for Cisco Threat Response, run for real
 * beside a hub. What came of it is a table in docs/compatibility.md.
 */
import { parseArgs } from 'node:util';
import { pythonClient } from './python.ts';
import { relays } from './relay.ts';

const USAGE = `Usage: npm run conformance -- relay --path DIR

  relay   Starts published relay modules on loopback and asks them through a hub. DIR holds checkouts of them, or is one:
            git clone https://github.com/CiscoSecurity/tr-05-serverless-abuseipdb
          and likewise tr-05-serverless-urlscanio, tr-05-serverless-cybercrime-tracker, tr-05-serverless-relay.
          Needs openssl, and python3 with flask, requests, marshmallow, jwt, authlib, cryptography and bs4
          (Debian: python3-flask python3-requests python3-marshmallow python3-jwt python3-authlib python3-bs4). Another
          Python is named by PYTHON=/usr/bin/python3.

       npm run conformance -- python-client --path DIR [--write]

  python-client   Drives the published Python client through all its calls against a hub. DIR is a checkout of it:
                    git clone https://github.com/CiscoSecurity/tr-05-api-module
                  Needs python3 with requests and six (Debian: python3-requests python3-six). --write renews the table
                  in docs/compatibility.md.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { path: { type: 'string' }, write: { type: 'boolean', default: false } },
});
if (positionals[0] === 'relay' && values.path) {
  const good = await relays(values.path);
  process.exit(good ? 0 : 1);
}
if (positionals[0] === 'python-client' && values.path) {
  const good = await pythonClient(values.path, values.write);
  process.exit(good ? 0 : 1);
}
console.error(USAGE);
process.exit(2);
