import type { Event } from '../../schemas/event.ts';
import { knowsArgs } from './pieces.ts';

/**
 * Pieces of calls that another is to follow: what was asked, until its answer is there; and answers that came without what
 * was asked. Bounded, the oldest go first; filled again from stored rows, so that nothing of it is lost with the process.
 */
interface OpenCalls {
  /** Holds a piece in place of the one before it. A whole call is none. */
  hold(event: Event): void;
  /** The answer to this request is here, and does not say what was asked. */
  awaits(event: Event): boolean;
  /** Takes into the event what the piece before it told and it does not say itself; who acted and when is its own. */
  join(event: Event): void;
}

/** How many of a partition may be open, and how long they may be as text together: a process may hold dozens of partitions. */
export const MAX_OPEN = 2_000;
const MAX_CHARS = 4 << 20;

export function createOpenCalls(): OpenCalls {
  /** By key, as text: what is held is what was told, whatever becomes of the event. */
  const open = new Map<string, { answer: boolean; text: string }>();
  let chars = 0;

  const drop = (key: string): void => {
    chars -= open.get(key)?.text.length ?? 0;
    open.delete(key);
  };

  return {
    hold({ key, body, facts }) {
      const answer = body.phase === 'response';
      if (body.phase === 'complete' || (answer && knowsArgs({ body, facts }))) return;
      drop(key);
      const { raw: _, ...told } = body;
      const text = JSON.stringify({ body: told, facts });
      open.set(key, { answer, text });
      chars += text.length;
      for (const oldest of open.keys()) {
        if (open.size <= MAX_OPEN && chars <= MAX_CHARS) break;
        drop(oldest);
      }
    },
    awaits: (event) => event.body.phase === 'request' && open.get(event.key)?.answer === true && knowsArgs(event),
    join(event) {
      const held = open.get(event.key);
      if (held === undefined) return;
      drop(event.key);
      const other = JSON.parse(held.text) as Pick<Event, 'body' | 'facts'>;
      const { body, facts } = event;
      event.body = { ...other.body, ...body };
      if (body.args_state === 'absent') event.body.args_state = other.body.args_state;
      if (body.outcome.status === 'unknown') event.body.outcome = other.body.outcome;
      if (body.target.name === undefined) event.body.target = other.body.target;
      event.facts = {
        args: facts.args.length > 0 ? facts.args : other.facts.args,
        result: facts.result.length > 0 ? facts.result : other.facts.result,
        redacted: [...new Set([...other.facts.redacted, ...facts.redacted])].sort(),
        tools: facts.tools.length > 0 ? facts.tools : other.facts.tools,
      };
    },
  };
}
