/** Computes layouts off the page's thread. */
import { type LayoutInput, layout } from './layout.ts';

interface Job {
  id: number;
  input: LayoutInput;
}
interface Scope {
  onmessage: ((event: MessageEvent<Job>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: { id, input } }) => {
  const positions = layout(input);
  scope.postMessage({ id, positions }, [positions.buffer]);
};
