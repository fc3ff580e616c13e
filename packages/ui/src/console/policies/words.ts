/** Actions of policies as choices and words. Pure. */
import type { VerdictAction } from '@sightline/api';

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
