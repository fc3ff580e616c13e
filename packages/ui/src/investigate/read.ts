export { inspect } from '@sightline/ctim';
