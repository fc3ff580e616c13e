/** What a client presents at the token endpoint (RFC 6749 2.3.1, 4.1.3, 4.4.2 and 6), read strictly. */
import { type Fault, fail } from '@sightline/api';

/** What is asked for. */
export type Wanted =
  | { type: 'client_credentials'; scope: string | undefined }
  | { type: 'authorization_code'; code: string; redirect: string; verifier: string }
  | { type: 'refresh_token'; token: string; scope: string | undefined };

/** Who asks. */
export interface Credentials {
  id: string;
  /** undefined for an application that cannot keep one. */
  secret: string | undefined;
  /** By HTTP Basic rather than in the form. */
  basic: boolean;
}

export interface Presented {
  by: Credentials;
  wanted: Wanted;
}

export type Form = Record<string, string | string[]>;
type Single = Record<string, string | undefined>;

/** Who asks for what. @throws 400 with RFC 6749's error code, or 401 `invalid_client` */
export function presented(authorization: string | undefined, given: Form): Presented {
  const form = singles(given);
  const wanted = wantedIn(form);
  return { wanted, by: credentials(authorization, form, wanted.type === 'client_credentials') };
}

/** Every name of the form once. @throws invalid_request */
export function singles(form: Form): Single {
  const twice = Object.keys(form).find((name) => Array.isArray(form[name]));
  if (twice) throw refuse('invalid_request', `The parameter ${printable(twice)} came twice`);
  return form as Single;
}

function wantedIn(form: Single): Wanted {
  const { grant_type: type, scope } = form;
  const need = (name: string): string => {
    const value = form[name];
    if (!value) throw refuse('invalid_request', `The parameter ${name} is missing`);
    return value;
  };
  switch (type) {
    case undefined:
    case '':
      throw refuse('invalid_request', 'The parameter grant_type is missing');
    case 'client_credentials':
      return { type, scope };
    case 'authorization_code':
      return { type, code: need('code'), redirect: need('redirect_uri'), verifier: need('code_verifier') };
    case 'refresh_token':
      return { type, token: need('refresh_token'), scope };
    default:
      throw refuse(
        'unsupported_grant_type',
        'Supported are the grant types client_credentials, authorization_code and refresh_token',
      );
  }
}

/** @throws 401 `invalid_client` where there are none, or no secret although one is `needed` */
export function credentials(authorization: string | undefined, form: Single, needed: boolean): Credentials {
  const { client_id, client_secret } = form;
  const basic = fromHeader(authorization);
  if (basic && client_secret !== undefined)
    throw refuse('invalid_request', 'Send the credentials in the header or in the body, not in both');
  if (basic && client_id !== undefined && client_id !== basic.id)
    throw refuse('invalid_request', 'The client_id of the body is not that of the header');
  if (basic) return { ...basic, basic: true };
  if (!client_id || (needed && !client_secret))
    throw refuse('invalid_client', 'No client credentials were sent', 401);
  return { id: client_id, secret: client_secret, basic: false };
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
const BASIC = { 'WWW-Authenticate': 'Basic realm="sightline", charset="UTF-8"' };

/** An answer of RFC 6749 5.2. */
export function refuse(error: string, reason: string, status: 400 | 401 = 400): Fault {
  const wire = {
    error,
    error_description: reason,
    error_uri: 'https://tools.ietf.org/html/rfc6749#section-5.2',
  };
  if (status === 400) return fail('token_refused', { reason }, { wire });
  return fail('client_unknown', undefined, { wire, headers: BASIC });
}

/** The same words whatever is wrong with a client's id or secret. */
export const unknownClient = (basic: boolean): Fault =>
  fail('client_unknown', undefined, {
    wire: {
      error: 'invalid_client',
      error_description: 'unknown client',
      error_uri: 'https://tools.ietf.org/html/rfc6749#section-5.2',
    },
    headers: basic ? BASIC : {},
  });
