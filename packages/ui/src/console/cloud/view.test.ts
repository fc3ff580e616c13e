import { CloudState, Obstacle } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { causeTitle, cloudView, nextStep, STEPS, serverLabel } from './view.ts';

const view = (state: CloudState, uncommitted = false) => cloudView({ state, uncommitted });

describe('what Cloud Service Settings shows', () => {
  it('takes a token only when the exchange answered or the last attempt failed', () => {
    expect(CloudState.options.filter((s) => view(s).token)).toEqual(['ready', 'failed']);
  });

  it('offers to deregister only a registered appliance', () => {
    expect(CloudState.options.filter((s) => view(s).deregister)).toEqual(['registered']);
  });

  it('takes no token while settings are not committed, and says what to do', () => {
    for (const state of CloudState.options) expect(view(state, true).token).toBe(false);
    expect(view('ready', true).notice).toContain('Choose Commit Changes first');
    expect(view('ready').notice).toBe('');
  });

  it('reads the state every second while something is under way', () => {
    expect(CloudState.options.filter((s) => view(s).pollMs === 1000)).toEqual(['busy', 'registering']);
  });

  it('says which step comes next', () => {
    const next = (state: CloudState, uncommitted = false) =>
      STEPS[nextStep({ state, uncommitted }) ?? -1]?.name;
    expect(next('disabled')).toBe('Switch on');
    expect(next('disabled', true)).toBe('Make it live');
    expect(next('busy')).toBe('Wait for the exchange');
    expect(next('unreachable')).toBe('Wait for the exchange');
    expect(next('ready')).toBe('Enter a token');
    expect(next('failed')).toBe('Enter a token');
    expect(next('registered')).toBeUndefined();
    expect(next('managed')).toBeUndefined();
  });

  it('names every cause in words of its own', () => {
    const titles = [
      ...Obstacle.options
        .filter((o) => o !== '' && o !== 'refusal')
        .map((obstacle) => causeTitle({ state: 'unreachable', cause: 'exchange_unreachable', obstacle })),
      ...['token_invalid', 'wrong_region', 'service_not_enabled', 'version_unsupported', 'other'].map(
        (cause) => causeTitle({ state: 'failed', cause, obstacle: 'refusal' }),
      ),
      causeTitle({ state: 'managed', cause: '', obstacle: '' }),
    ];
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).not.toContain('');
    expect(causeTitle({ state: 'ready', cause: '', obstacle: '' })).toBe('');
  });

  it('names a server with its host', () => {
    expect(serverLabel({ name: 'AMERICAS', url: 'https://exchange.example:8443/x' })).toBe(
      'AMERICAS (exchange.example:8443)',
    );
    expect(serverLabel({ name: 'X', url: 'nonsense' })).toBe('X (nonsense)');
  });
});
