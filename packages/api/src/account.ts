/** The own account in the portal: a second factor (TOTP, RFC 6238) and codes for when it is lost. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const tag = 'account';
const password = z.string().max(256);

export const Account = z.object({
  name: z.string(),
  email: z.string(),
  /** False for who logs in with single sign-on only. */
  hasPassword: z.boolean(),
  secondFactor: z.object({
    /** Since when; null: none. */
    since: z.iso.datetime().nullable(),
    recoveryCodesLeft: z.int(),
    /** The organisation wants everybody to have one. */
    required: z.boolean(),
  }),
  /** Providers of single sign-on that know this person. */
  signOn: z.array(z.object({ provider: z.string(), since: z.iso.datetime() })),
});
export type Account = z.infer<typeof Account>;

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/account',
  summary: 'The own account',
  tag,
  permission: 'session',
  answer: Account,
});

export const beginSecondFactor = endpoint({
  method: 'POST',
  path: '/api/account/second-factor',
  summary: 'A new secret for an authenticator; it counts once a code of it has been confirmed',
  tag,
  permission: 'session',
  body: z.object({ password }),
  answer: z.object({
    /** Base32, to be typed. */
    secret: z.string(),
    /** `otpauth://…`, for the QR code. */
    uri: z.string(),
  }),
});

const RecoveryCodes = z.object({ codes: z.array(z.string()) });

export const confirmSecondFactor = endpoint({
  method: 'POST',
  path: '/api/account/second-factor/confirm',
  summary: 'Switch the second factor on with its first code; recovery codes are shown this once',
  tag,
  permission: 'session',
  body: z.object({ code: z.string().max(16) }),
  answer: RecoveryCodes,
});

export const renewRecoveryCodes = endpoint({
  method: 'POST',
  path: '/api/account/second-factor/recovery-codes',
  summary: 'New recovery codes; the earlier ones end',
  tag,
  permission: 'session',
  body: z.object({ password, code: z.string().max(64) }),
  answer: RecoveryCodes,
});

export const endSecondFactor = endpoint({
  method: 'POST',
  path: '/api/account/second-factor/end',
  summary: 'Switch the own second factor off',
  tag,
  permission: 'session',
  body: z.object({ password, code: z.string().max(64) }),
});

export const endUserSecondFactor = endpoint({
  method: 'DELETE',
  path: '/api/users/:id/second-factor',
  summary: 'Take the second factor of a user who has lost it; his sessions end',
  tag: 'users',
  permission: 'user:write',
  params: z.object({ id: z.string().max(64) }),
});
