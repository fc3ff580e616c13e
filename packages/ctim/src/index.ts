export * from './base.ts';
export * from './observable.ts';
export * from './sighting.ts';
export * from './verdict.ts';
export * from './vocab.ts';
