/** Actions of policies as choices and words. Pure. */
import { type MailPolicy, VERDICTS, type Verdict, type VerdictAction } from '@sightline/api';

export const lines = (text: string): string[] => text.split('\n').map((one) => one.trim());

const QUARANTINE = 'quarantine ';

/** `inherited` is what DEFAULT does; undefined where nothing is left to it. */
export const choices = (
  inherited: VerdictAction | undefined,
  quarantines: readonly string[],
): { value: string; label: string }[] => [
  ...(inherited ? [{ value: 'default', label: `As DEFAULT (${actionWords(inherited) || 'deliver'})` }] : []),
  { value: 'deliver', label: 'Deliver' },
  ...quarantines.map((name) => ({ value: `${QUARANTINE}${name}`, label: `Quarantine: ${name}` })),
  { value: 'drop', label: 'Drop' },
  { value: 'reject', label: 'Reject' },
  { value: 'defer', label: 'Defer' },
];

export function choiceOf(action: VerdictAction | null): string {
  if (!action) return 'default';
  return action.do === 'quarantine' ? `${QUARANTINE}${action.quarantine}` : action.do;
}

export function withChoice(action: VerdictAction, choice: string): VerdictAction | null {
  if (choice === 'default') return null;
  if (choice.startsWith(QUARANTINE))
    return { ...action, do: 'quarantine', quarantine: choice.slice(QUARANTINE.length) };
  return { ...action, do: choice as VerdictAction['do'] };
}

/** '' where nothing is done. */
export function actionWords(action: VerdictAction | null): string {
  if (!action) return '';
  if (action.do !== 'deliver') return choiceOf(action);
  return [
    action.tag && `tag "${action.tag.trim()}"`,
    action.header && `add ${action.header.name}`,
    action.strip && 'strip attachments',
  ]
    .filter(Boolean)
    .join(', ');
}

type Actions = Partial<Record<Verdict, VerdictAction | null>>;

/** What a policy says itself. */
export const summary = (verdicts: Actions): string =>
  (Object.keys(VERDICTS) as Verdict[])
    .flatMap((verdict) => {
      const words = actionWords(verdicts[verdict] ?? null);
      return words === '' ? [] : [`${VERDICTS[verdict]}: ${words}`];
    })
    .join('; ') || 'as DEFAULT';

export const filtersWords = ({ filters }: Pick<MailPolicy, 'filters'>): string =>
  filters === null ? 'as DEFAULT' : filters.join(', ') || 'none';

/** A policy in one line. */
export function policyWords(one: MailPolicy): string {
  const from = one.senders.length > 0 ? ` from ${one.senders.join(', ')}` : '';
  const to = one.recipients.length > 0 ? ` to ${one.recipients.join(', ')}` : '';
  return `${one.name}: mail${from}${to}. ${summary(one.verdicts)}. Content filters ${filtersWords(one)}.`;
}
