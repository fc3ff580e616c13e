/** mailparser, telling of every part's headers as well. */
import { MailParser, type MailParserOptions } from 'mailparser';
import type { Field } from './anomaly.ts';

interface Node {
  headers: { lines: Field[] };
  root: boolean;
}

/** `seen` is told of each part before its content. The hook is internal to that version: a test says when it is gone. */
export class Reader extends MailParser {
  readonly #seen: (fields: Field[], root: boolean) => void;

  constructor(options: MailParserOptions, seen: (fields: Field[], root: boolean) => void) {
    super(options);
    this.#seen = seen;
  }

  createNode(node: Node): unknown {
    this.#seen(node.headers.lines, node.root);
    const parent = Object.getPrototypeOf(Reader.prototype) as { createNode(node: Node): unknown };
    return parent.createNode.call(this, node);
  }
}
