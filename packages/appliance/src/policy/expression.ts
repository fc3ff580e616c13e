/** Regular expressions of operators, run by RE2's automata: linear in the text whatever the expression is. */
import { RE2JS } from 're2js';

export interface Expression {
  test(text: string): boolean;
}

/** Most text that one expression is run over, characters. */
const MOST_TEXT = 1024 * 1024;

/** Upper and lower case are the same, `.` is any character. @throws Error with what is wrong with it */
export function expression(source: string): Expression {
  const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL | RE2JS.MULTILINE);
  return { test: (text) => compiled.matcher(text.slice(0, MOST_TEXT)).find() };
}

/** What is wrong with it, '' when nothing is. */
export function expressionProblem(source: string): string {
  try {
    expression(source);
    return '';
  } catch (error) {
    return `This is no RE2 expression: ${(error as Error).message}.`;
  }
}
