import type { Seen } from '../detector.ts';
import type { Act } from '../grave-act/act.ts';

/** What by the text of a call changes who may do what, through a tool that is for other things as well; '' where nothing. */
export function rightOf({ class: name, classRule }: Pick<Seen, 'class' | 'classRule'>): 'statement' | 'command' | '' {
  if (name !== 'identity') return '';
  return classRule.startsWith('sql:') ? 'statement' : classRule.startsWith('args:') ? 'command' : '';
}

/** One story, one alert: what gives administration is told by grave-act, each time that what it gives is new. */
export const isToldElsewhere = ({ class: name, stores, earlier }: Seen): boolean =>
  name === 'identity' &&
  stores.length === 0 &&
  (earlier.get('grave-act') as { act: Act | null } | null | undefined)?.act?.kind === 'gives_admin';
