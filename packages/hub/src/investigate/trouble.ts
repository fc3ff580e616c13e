/** Turns what went wrong with a module into the errors that CTR's enrich calls carry. */
import { Fault, type FaultCode, type ModuleError, type ModuleRef } from '@sightline/api';
import { TimedOut } from '../deadline.ts';
import type { Problem } from '../module/kind.ts';

/** Nothing but a change by a person makes these go away. */
const FATAL: ReadonlySet<FaultCode> = new Set([
  'device_revoked',
  'service_not_enabled',
  'remote_response_off',
  'not_found',
  'module_device_unusable',
  'malformed_api_url',
  'address_refused',
  'redirect_refused',
  'invalid_json_response',
  'signing_failed',
]);
/** No answer in time: CTR's word for it, whoever noticed. */
const TIMEOUTS: ReadonlySet<FaultCode> = new Set(['device_timeout', 'answer_timeout']);
/** Codes that CTR has other words for. */
const CODES: Partial<Record<FaultCode, string>> = {
  authorization_error: 'authorization error',
  module_rate_limited: 'too many requests',
};

/** `unexpected` is called for what is no known fault and answers with the trace that the log has. */
export function problemOfError(
  error: unknown,
  module: string,
  unexpected: (error: unknown) => string,
): Problem {
  if (error instanceof TimedOut || (error instanceof Fault && TIMEOUTS.has(error.code))) {
    return {
      code: 'module-timeout',
      message: `There was a timeout in the '${module}' module`,
      type: 'warning',
    };
  }
  if (error instanceof Fault) {
    const type = FATAL.has(error.code) ? 'fatal' : 'error';
    return { code: CODES[error.code] ?? error.code.replaceAll('_', '-'), message: error.message, type };
  }
  const trace = unexpected(error);
  return {
    code: 'internal-error',
    message: `The module failed on our side. The log of this program has the details under ${trace}.`,
    type: 'fatal',
  };
}

/** With whose error it is; that is ours to say, whatever the module says. */
export const stamped = (ref: ModuleRef, { code, message, type, end_time }: Problem): ModuleError => ({
  ...ref,
  code,
  message,
  type,
  ...(end_time === undefined ? {} : { end_time }),
});
