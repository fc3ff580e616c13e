/** Mail Flow: the configuration as fields a person edits, and the part of the configuration they make. */
import { Config, type ConfigPart, Fault } from '@sightline/api';
import { amountOf, amountText, SIZES } from '../amount.ts';

export interface FlowForm {
  hostname: string;
  /** One a line. */
  recipientDomains: string;
  /** One a line. */
  relayNetworks: string;
  connections: string;
  maxQueued: string;
  maxWaiting: string;
  /** PEM. */
  ca: string;
  keepDays: string;
  /** A number with its unit; the number is empty where there is no limit. */
  maxBytes: string;
}

export type FlowProblems = Record<string, string>;

const NO_LIMIT = ' GiB';

export const flowForm = ({
  hostname,
  recipientDomains,
  relayNetworks,
  delivery,
  tracking,
}: Config): FlowForm => ({
  hostname,
  recipientDomains: recipientDomains.join('\n'),
  relayNetworks: relayNetworks.join('\n'),
  connections: String(delivery.connections),
  maxQueued: String(delivery.maxQueued),
  maxWaiting: String(delivery.maxWaiting),
  ca: delivery.ca,
  keepDays: String(tracking.keepDays),
  maxBytes: tracking.maxBytes === null ? NO_LIMIT : amountText(tracking.maxBytes, SIZES),
});

/** The part of the configuration to submit, or which field must be corrected, with the sentence to show there. */
export function flowPatch(form: FlowForm): { patch: ConfigPart } | { problems: FlowProblems } {
  const patch = {
    hostname: form.hostname.trim(),
    recipientDomains: entries(form.recipientDomains),
    relayNetworks: entries(form.relayNetworks),
    delivery: {
      connections: number(form.connections),
      maxQueued: number(form.maxQueued),
      maxWaiting: number(form.maxWaiting),
      ca: form.ca.trim(),
    },
    tracking: { keepDays: number(form.keepDays), maxBytes: limit(form.maxBytes) },
  };
  const checked = Config.safeParse(patch);
  return checked.success ? { patch } : { problems: problems(checked.error.issues, patch) };
}

const limit = (text: string): number | null => (/\d/.test(text) ? amountOf(text, SIZES) : null);
const entries = (text: string): string[] => text.split(/[\s,;]+/).filter((line) => line !== '');
const number = (text: string): number => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Sentences that say more than a schema's own. */
const SENTENCE: Record<string, string> = {
  hostname: 'Enter the host name of this appliance.',
  connections: 'Enter a whole number from 1 to 100.',
  maxQueued: 'Enter a whole number of messages.',
  maxWaiting: 'Enter a whole number of recipients.',
  keepDays: 'Enter a whole number of days from 1 to 3650.',
  maxBytes: 'Enter at least 10 MB, or nothing.',
};

function problems(issues: readonly { path: PropertyKey[]; message: string }[], patch: object): FlowProblems {
  const out: FlowProblems = {};
  for (const issue of issues) {
    // The last name of a place is the field's, but for entries of lists.
    const field = String(issue.path.findLast((part) => typeof part === 'string'));
    out[field] ??= SENTENCE[field] ?? which(issue, patch);
  }
  return out;
}

/** What the server says, by field. */
export const serverProblems = (error: unknown): FlowProblems =>
  error instanceof Fault
    ? problems(
        (error.fields ?? []).map(({ path, message }) => ({
          path: path.split('.').filter((part) => !/^\d+$/.test(part)),
          message,
        })),
        {},
      )
    : {};

/** A sentence about a list says which of its entries is meant. */
function which(issue: { path: PropertyKey[]; message: string }, patch: object): string {
  const [list, index] = issue.path;
  const value = (patch as Record<string, unknown>)[String(list)];
  return Array.isArray(value) ? `${String(value[Number(index)])}: ${issue.message}` : issue.message;
}
