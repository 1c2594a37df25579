import { type CanonicalEvent, TARGETED_METHODS } from '../../schemas/event.ts';

/** A resource or prompt was touched, and the gateway does not write which. */
export const isUnnamed = ({ method, target }: Pick<CanonicalEvent, 'method' | 'target'>): boolean =>
  target.name === undefined && TARGETED_METHODS.has(method);
