/**
 * The one catalogue of faults. A fault has a code that programs read, a status, and a sentence that tells a
 * person what to do. Verdicts (spam, bounced, nothing found) are data and never appear here.
 */

type Entry = readonly [status: number, text: string];

/** `{name}` in a text is replaced by the fault's detail of that name. */
export const CATALOGUE = {
  // requests
  bad_request: [400, 'The request is not valid: {reason}'],
  invalid_input: [400, 'Some fields are not valid. Correct the fields named below and send again.'],
  not_found: [404, 'There is no {what} here. It may have been deleted.'],
  method_not_allowed: [405, 'This address does not answer {method}.'],
  too_large: [413, 'The request is larger than {limit}. Send less at once.'],
  too_many_requests: [429, 'Too many requests. Wait {seconds} seconds, then try again.'],
  internal: [500, 'Something failed on our side. The log of this program has the details under {trace}.'],
  unavailable: [503, 'This program is starting or stopping. Try again in a moment.'],

  // who
  not_logged_in: [401, 'You are not logged in, or your session has ended. Log in again.'],
  login_failed: [401, 'The user name or the password is wrong.'],
  second_factor_needed: [401, 'Enter the code of your authenticator, or a recovery code.'],
  second_factor_wrong: [401, 'This code is wrong, too old, or was used before. Wait for the next one.'],
  second_factor_absent: [409, 'There is no second factor to confirm or to change. Begin again.'],
  second_factor_present: [409, 'There is a second factor already. Switch it off first.'],
  login_closed: [403, 'Only administrators of your organisation may log in now.'],
  sso_unknown: [404, 'This way to log in is not there any more. Go back to the login page.'],
  sso_expired: [400, 'The login took too long, or began in another browser. Try again.'],
  sso_failed: [502, 'The provider did not confirm who you are: {reason}'],
  sso_no_user: [403, 'The provider knows you, but you have no user here. Ask an administrator for one.'],
  sso_no_role: [403, 'None of your groups at the provider has a role here. Ask an administrator.'],
  forbidden: [403, 'Your role does not allow this: it needs {permission}.'],
  setup_done: [409, 'This program has already been set up. Log in instead.'],
  setup_token_wrong: [
    403,
    'The setup token is wrong. It is printed in the log of this program at its start.',
  ],
  bad_origin: [403, 'The request came from another site and was refused.'],
  link_spent: [
    403,
    'This link has been used, replaced or is too old. Ask an administrator for a new one under Users.',
  ],
  last_administrator: [
    409,
    '{name} is the last administrator who can log in. Make another one first, and let that one choose a password.',
  ],
  name_taken: [409, '"{name}" is already in use. Choose another name.'],

  // appliance console
  uncommitted_changes: [
    409,
    'Cloud Service Settings have changes that are not committed. Choose Commit Changes first, then register.',
  ],
  nothing_to_commit: [409, 'There are no changes to commit.'],
  commit_conflict: [
    409,
    '{user} committed other changes in the meantime. Review them; then rebase your changes, or abandon them and make them again.',
  ],
  rebase_overlap: [
    409,
    'Others changed the same settings: {settings}. Abandon your changes and make them again.',
  ],
  apply_failed: [
    409,
    'The changes could not be applied: {reason}. The earlier configuration stays live; correct the candidate and commit again.',
  ],
  mail_down: [
    503,
    'The mail process of this appliance does not answer. It is starting, or it was stopped: start "sightline appliance mta", then try again.',
  ],
  cloud_disabled: [409, 'Threat Response is disabled. Enable it under Edit Settings, submit and commit.'],
  cloud_busy: [409, 'The appliance is still contacting the exchange. Try again when the status has changed.'],
  already_registered: [
    409,
    'This appliance is already registered. Deregister it before you use another token.',
  ],
  not_registered: [409, 'This appliance is not registered.'],
  centrally_managed: [
    409,
    'This appliance is managed by {manager}. Register {manager} with the exchange instead of this appliance.',
  ],

  // exchange
  token_malformed: [
    400,
    'This is not a registration token. Copy the whole token from the exchange and paste it.',
  ],
  token_invalid: [403, 'The registration token is invalid or expired. Generate a new one under Devices.'],
  wrong_region: [
    403,
    'This token belongs to the exchange {token_region} ({token_url}), not to {this_region}. Set Threat Response Server to {token_region}, commit, and register again.',
  ],
  service_not_enabled: [
    403,
    'Threat Response is switched off for your organisation. Switch it on in the exchange {region} under Cloud Services, then try again.',
  ],
  version_unsupported: [
    403,
    '{product} {version} is too old: at least {minimum} is needed. Upgrade the appliance, then register again.',
  ],
  not_pending: [409, '{device} has no open registration token: it has registered, or its token was revoked.'],
  bad_proof: [401, 'The signature of the device is not valid: {reason}'],
  device_revoked: [401, 'This device was removed from the exchange. Register it again with a new token.'],
  device_conflict: [
    409,
    'Two machines connect with the identity of {device}, so neither is let in. Switch the copy off, then resolve the conflict in the exchange under Devices.',
  ],
  protocol_unsupported: [
    400,
    'The appliance speaks connector protocol {protocol}; this exchange speaks {oldest} to {newest}. Upgrade the {older}.',
  ],
  device_offline: [
    503,
    '{device} is offline since {since}. Check the appliance and its way out to this exchange.',
  ],
  device_timeout: [504, '{device} did not answer within {seconds} seconds.'],
  device_fault: [502, '{device} answered with a fault: {reason}'],
  remote_api_off: [
    403,
    '{device} does not let its console be read through the exchange. Allow it on the appliance under Network > Cloud Service Settings, then commit.',
  ],
  remote_response_off: [
    403,
    '{device} does not take orders from the exchange. Allow remote response on the appliance under Network > Cloud Service Settings, then commit.',
  ],
  remote_content_off: [
    403,
    '{device} does not show messages through the exchange. Allow it on the appliance under Network > Cloud Service Settings, then commit.',
  ],
  exchange_unreachable: [502, 'The exchange {server} cannot be reached: {reason}'],

  // API clients (the bodies that CTR prescribes are given as `wire`)
  jwt_missing: [401, 'No JWT found in HTTP Authorization header'],
  jwt_invalid: [401, '{reason}'],
  scope_missing: [403, 'This API client lacks the scopes {scopes}. Add a client that has them.'],
  client_unknown: [401, 'unknown client'],
  token_refused: [400, '{reason}'],
  application_unknown: [
    400,
    'The application that sent you here is not registered, is switched off, or belongs to another organisation.',
  ],
  redirect_unknown: [
    400,
    '{application} wants its answer at an address that is not registered for it. An administrator can add it under API Clients.',
  ],
  client_public: [409, '{client} is an application that cannot keep a password, so it has none.'],

  // files
  file_unreadable: [422, 'The file cannot be read: {reason}. Paste the part of it that matters instead.'],

  // intelligence
  feed_secret_wrong: [401, 'The secret of this feed is wrong. Copy the address of the feed again.'],

  // modules
  module_device_unusable: [
    400,
    'Choose a registered device of an organisation that has Threat Response switched on under Cloud Services.',
  ],
  module_type_in_use: [409, '{count} modules are of this type. Delete them first.'],
  module_type_fixed: [403, 'This module type is built in and cannot be changed.'],
  relay_error: [502, '{code}: {reason}'],
  health_unknown: [502, '{host} cannot say whether it works: it has no health call.'],
  action_unknown: [404, '{module} has no such action.'],
  undo_nothing: [409, 'This action cannot be undone: {reason}.'],
  action_input: [400, '{module} cannot do this: {reason}.'],
  signing_failed: [400, 'No token can be signed with this key and {alg}. Correct the key in the settings.'],
  trigger_repeated: [
    409,
    'This Idempotency-Key was used for another request, or that one is still under way. Use a new key for a new request.',
  ],
  malformed_api_url: [400, 'Malformed API URL: {reason}.'],
  address_refused: [
    400,
    'This hub does not connect to {host}: {reason}. The operator can allow networks with SIGHTLINE_OUTBOUND_ALLOW.',
  ],
  redirect_refused: [
    502,
    '{host} sends on to {location}. Enter that address in the settings of the module if you trust it.',
  ],
  connection_error: [502, '{host} cannot be reached: {reason}.'],
  answer_timeout: [504, '{host} did not answer within {seconds} seconds.'],
  answer_too_large: [502, '{host} answered with more than {limit}.'],
  answer_invalid: [502, 'The answer of {host} is not what its documentation promises: {reason}.'],
  invalid_json_response: [502, 'The server response is not properly JSON encoded: {host} [{status}].'],
  authorization_error: [
    502,
    '{host} does not accept the credentials of this module [{status}]. Correct them in its settings.',
  ],
  client_error: [502, '{host} refused the request of this module [{status}].'],
  server_error: [502, '{host} failed [{status}]. Nothing here can help it; try again later.'],
  circuit_open: [503, '{host} kept failing and is left alone until {until}. Test the module to try it now.'],
  module_rate_limited: [
    429,
    '{host} limits how often it may be asked. It can be asked again in {seconds} seconds.',
  ],
  quota_used: [
    429,
    'The {limit} requests a {period} that the settings of this module allow are used up. Wait, or raise the limit.',
  ],
} as const satisfies Record<string, Entry>;

export type FaultCode = keyof typeof CATALOGUE;

/** One field of an input that is not as it must be. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** What leaves a program about a fault. */
export interface FaultBody {
  error: FaultCode;
  error_description: string;
  fields?: FieldProblem[];
  details?: Record<string, string>;
}

export interface FaultOptions {
  cause?: unknown;
  fields?: FieldProblem[];
  /** The body that a foreign API prescribes, sent instead of ours. */
  wire?: Record<string, unknown>;
  /** Headers of the answer, such as WWW-Authenticate. */
  headers?: Record<string, string>;
}

/** Thrown for every known fault; the one `onError` of each program turns it into a `FaultBody`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly status: number;
  readonly details: Record<string, string>;
  readonly fields: FieldProblem[] | undefined;
  readonly wire: Record<string, unknown> | undefined;
  readonly headers: Record<string, string>;

  constructor(code: FaultCode, details: Record<string, string> = {}, options: FaultOptions = {}) {
    super(fill(CATALOGUE[code][1], details), { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.status = CATALOGUE[code][0];
    this.details = details;
    this.fields = options.fields;
    this.wire = options.wire;
    this.headers = options.headers ?? {};
  }

  body(): FaultBody {
    const body: FaultBody = { error: this.code, error_description: this.message };
    if (this.fields) body.fields = this.fields;
    if (Object.keys(this.details).length > 0) body.details = this.details;
    return body;
  }
}

/** `throw fail('not_found', { what: 'device' })` */
export const fail = (code: FaultCode, details?: Record<string, string>, options?: FaultOptions): Fault =>
  new Fault(code, details, options);

function fill(text: string, details: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => details[name] ?? whole);
}
