import type { Reply } from '@sightline/api';

/** An answer other than 250: code, and text that begins with the enhanced status (RFC 3463). */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly responseCode: number;

  /** The connection ends with this answer. */
  readonly hangUp: boolean;
  /** What refused it, for tracking. */
  readonly by: string;
  /** Tracking knows already. */
  readonly told: boolean;

  constructor(code: number, text: string, options: RefusalOptions = {}) {
    super(text, options);
    this.responseCode = code;
    this.hangUp = options.hangUp ?? false;
    this.by = options.by ?? 'SMTP';
    this.told = options.told ?? false;
  }

  get reply(): Reply {
    const [, status = '', text = this.message] = /^(\d\.\d{1,3}\.\d{1,3}) (.*)$/s.exec(this.message) ?? [];
    return { code: this.responseCode, status, text };
  }
}

interface RefusalOptions extends ErrorOptions {
  hangUp?: boolean;
  by?: string;
  told?: boolean;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'SQLITE_FULL']);

/** Our own trouble is never the message's fault: the client is to come again. */
export function trouble(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, errstr } = error as { code?: string; errstr?: string };
  const full = FULL.has(code ?? '') || /disk is full/.test(errstr ?? '');
  return full
    ? new Refusal(452, '4.3.1 Insufficient system storage, try again later.', { cause: error })
    : new Refusal(451, '4.3.0 Local trouble, try again later.', { cause: error });
}
