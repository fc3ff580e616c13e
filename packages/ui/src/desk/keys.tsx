/** Keys for the observable at hand: copy, casebook, judgement, note. */
import { defang } from '@sightline/ctim';
import { copyText } from '../kit/copy.tsx';
import { useKeys } from '../kit/keys.tsx';
import { useMay } from '../kit/may.tsx';
import { notify, notifyProblem } from '../kit/notify.ts';
import { subject } from '../kit/subject.ts';
import { useDesk } from './provider.tsx';

/** By their numbers in CTIM. */
const DISPOSITIONS = ['Clean', 'Malicious', 'Suspicious', 'Common', 'Unknown'];

/** Does it with the observable at hand, or says that there is none. */
const about = (act: (observable: NonNullable<ReturnType<typeof subject>>) => void) => (): void => {
  const observable = subject();
  if (observable) act(observable);
  else notify('There is no observable at hand. Go to a row with j and k, or open one.');
};

const copied = (text: string, done: string): void =>
  void copyText(text).then(() => notify(done), notifyProblem);

/** Renders nothing; it only listens. */
export function DeskKeys(): undefined {
  const { judge, collect, setDocked } = useDesk();
  const may = useMay('intel:write');
  useKeys([
    { keys: 'c', does: 'Copy the observable', act: about(({ value }) => copied(value, 'Copied.')) },
    {
      keys: 'shift+C',
      does: 'Copy it defanged',
      act: about(({ type, value }) => copied(defang(value, type), 'Copied, defanged.')),
    },
    ...(may
      ? [
          { keys: 'b', does: 'Add it to a casebook', act: about((o) => collect([o])) },
          {
            keys: 'n',
            does: 'Write a note in the casebook at hand',
            act: () => {
              setDocked(true);
              void focusNote();
            },
          },
          ...DISPOSITIONS.map((word, i) => ({
            keys: String(i + 1),
            does: `Judge it ${word}`,
            act: about((o) => judge(o, word)),
          })),
        ]
      : []),
  ]);
}

/** Frames in which the dock is waited for: it is loaded, and asks for the casebook. */
const FRAMES = 300;

async function focusNote(): Promise<void> {
  for (let i = 0; i < FRAMES; i++) {
    const field = document.querySelector<HTMLElement>(
      '[aria-label="Casebook dock"] [aria-label="Notes"] textarea',
    );
    if (field) return field.focus();
    await new Promise(requestAnimationFrame);
  }
}
