/** What was recognised in the query, and what the analyst decided about it. Pure. */
import { type Found, type Observable, type ObservableType, observableKey } from '@sightline/ctim';

/** A chip: one thing recognised, asked about or not. */
export interface Chip {
  /** Key of what was recognised, before any switch of type. */
  key: string;
  observable: Observable;
  found: Found;
  /** It will be asked about. */
  on: boolean;
  /** It could be two things and nobody has said which. */
  open: boolean;
}

/** By key of what was recognised: another type, or left out. */
export type Choices = ReadonlyMap<string, ObservableType | 'off'>;

export function chips(found: Found[], choices: Choices): Chip[] {
  return found.map((f) => {
    const key = observableKey(f);
    const choice = choices.get(key);
    const type = choice && choice !== 'off' ? choice : f.type;
    const decided = choice !== undefined;
    return {
      key,
      observable: { type, value: f.value },
      found: f,
      on: decided ? choice !== 'off' : f.confidence === 'certain' && f.problem === undefined,
      open: !decided && f.confidence === 'ambiguous',
    };
  });
}

/** What will be asked about, each once, in the order of the text. */
export function chosen(list: Chip[]): Observable[] {
  const on = list
    .filter((chip) => chip.on)
    .map((chip) => [observableKey(chip.observable), chip.observable] as const);
  return [...new Map(on).values()];
}

/** Chips by type, in the order in which types first appear. */
export function byType(list: Chip[]): [ObservableType, Chip[]][] {
  const groups = new Map<ObservableType, Chip[]>();
  for (const chip of list) {
    const { type } = chip.observable;
    groups.set(type, [...(groups.get(type) ?? []), chip]);
  }
  return [...groups];
}

/** The query asks before this many, and takes no more than LIMIT. */
export const ASK_FROM = 100;
export const LIMIT = 500;
