/** What a client presents at the token endpoint (RFC 6749 2.3.1 and 4.4.2), read strictly. */
import { type Fault, fail } from '@sightline/api';

export interface Presented {
  id: string;
  secret: string;
  /** Space-separated scopes, undefined when none were named. */
  scope: string | undefined;
  /** By HTTP Basic rather than in the form. */
  basic: boolean;
}

type Form = Record<string, string | string[]>;

/** Id, secret and scopes from header and form. @throws 400 with RFC 6749's error code, or 401 `invalid_client`. */
export function presented(authorization: string | undefined, form: Form): Presented {
  const twice = Object.keys(form).find((name) => Array.isArray(form[name]));
  if (twice) throw refuse('invalid_request', `The parameter ${printable(twice)} came twice`);
  const { grant_type, client_id, client_secret, scope } = form as Record<string, string | undefined>;
  if (!grant_type) throw refuse('invalid_request', 'The parameter grant_type is missing');
  if (grant_type !== 'client_credentials') {
    throw refuse('unsupported_grant_type', 'Only the grant type client_credentials is supported');
  }
  const basic = fromHeader(authorization);
  if (basic && client_secret !== undefined) {
    throw refuse('invalid_request', 'Send the credentials in the header or in the body, not in both');
  }
  if (basic && client_id !== undefined && client_id !== basic.id) {
    throw refuse('invalid_request', 'The client_id of the body is not that of the header');
  }
  if (basic) return { ...basic, scope, basic: true };
  if (!client_id || !client_secret) throw refuse('invalid_client', 'No client credentials were sent', 401);
  return { id: client_id, secret: client_secret, scope, basic: false };
}

/** RFC 6749 2.3.1: both parts are form-urlencoded before they are joined. */
function fromHeader(authorization: string | undefined): { id: string; secret: string } | undefined {
  if (authorization === undefined) return undefined;
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization)?.[1];
  const text = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  const id = formDecoded(text.slice(0, Math.max(colon, 0)));
  const secret = formDecoded(text.slice(colon + 1));
  if (colon < 0 || id === undefined || secret === undefined) {
    throw refuse('invalid_client', 'The Authorization header is not HTTP Basic', 401);
  }
  return { id, secret };
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const printable = (name: string): string => name.replace(/[^\w.-]/g, '?').slice(0, 64);

/** An answer of RFC 6749 5.2. */
function refuse(error: string, reason: string, status: 400 | 401 = 400): Fault {
  const wire = {
    error,
    error_description: reason,
    error_uri: 'https://tools.ietf.org/html/rfc6749#section-5.2',
  };
  if (status === 400) return fail('token_refused', { reason }, { wire });
  const headers = { 'WWW-Authenticate': 'Basic realm="sightline", charset="UTF-8"' };
  return fail('client_unknown', undefined, { wire, headers });
}
