import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';

/** What is used so soon after it was granted is used for what it was given; a right that lay unused for longer is another matter. */
const ASSIGNED_DAYS = 14;

/** Whether a call is covered by a grant that came into force lately. */
export const isAssigned = ({ scope, grantSince, at }: Pick<Seen, 'scope' | 'grantSince' | 'at'>): boolean =>
  scope === 'in' && at - grantSince <= ASSIGNED_DAYS * DAY;
