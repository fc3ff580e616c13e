/** Computes layouts off the page's thread. */
import { layout } from './layout.ts';
import type { LayoutInput } from './plane.ts';

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
