import { describe, expect, it } from 'vitest';
import { holding } from './cases.ts';

describe('the casebooks that hold an observable', () => {
  it('are asked for by value and type, whatever stands in the value', () => {
    expect(holding({ type: 'domain', value: 'evil.example' })).toBe(
      'observables.value:"evil.example" AND observables.type:domain',
    );
    expect(holding({ type: 'email_subject', value: 'a "b" \\ c' })).toBe(
      'observables.value:"a \\"b\\" \\\\ c" AND observables.type:email_subject',
    );
  });
});
