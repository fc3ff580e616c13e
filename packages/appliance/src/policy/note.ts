/** A step of a decision, in words, for whoever wants to see how it came about. */
export interface Step {
  step: string;
  text: string;
}

export type Note = (step: Step) => void;

export const silent: Note = () => undefined;
