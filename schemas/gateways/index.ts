import type { Gateway } from './gateway.ts';
import { native } from './native.ts';

/** Every format that is understood, in the order in which they are asked: the first that claims a record has it. */
export const gateways: readonly Gateway[] = [native];

export const gatewayNamed = (name: string): Gateway | undefined => gateways.find((gateway) => gateway.name === name);
