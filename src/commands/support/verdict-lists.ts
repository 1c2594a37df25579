import type { FoldVerdict } from '../../engine/verdicts.ts';
import type { InputVersion, Store } from '../../stores/store.ts';

const KIND = 'verdicts';

/** A list as it stands beside another one, which is stored whole. */
interface Difference {
  base: string;
  /** Places in it of what is said no more, or stands behind the rest now. */
  gone: number[];
  /** What came behind the rest. */
  said: FoldVerdict[];
}

type Inputs = Pick<Store, 'readInput' | 'writeInput'>;

/**
 * The inputs of a store, of which each version of the verdicts is the whole list: stored is what it says beside the last
 * one that was stored whole, so that the thousandth verdict does not write the other 999 once more. Those that earlier
 * versions of this program stored, all of them whole, are read alike.
 */
export function withVerdictLists(store: Inputs): Inputs {
  let base: { version: string; list: FoldVerdict[] } | undefined;

  async function read(version: string): Promise<InputVersion | null> {
    const stored = await store.readInput(KIND, version);
    if (stored === null) return null;
    const content = JSON.parse(stored.content) as FoldVerdict[] | Difference;
    if (Array.isArray(content)) {
      base = { version, list: content };
      return stored;
    }
    const whole = await read(content.base);
    return whole === null ? null : { ...stored, content: JSON.stringify(applied(JSON.parse(whole.content), content)) };
  }

  async function write(input: InputVersion): Promise<void> {
    const list = JSON.parse(input.content) as FoldVerdict[];
    const other = base && differenceOf(base, list);
    const changes = other === undefined ? list.length : other.gone.length + other.said.length;
    // A whole one costs its length once, what stands beside it the changes so far each time: least where they are alike.
    const isShort = changes ** 2 < list.length;
    await store.writeInput(isShort ? { ...input, content: JSON.stringify(other) } : input);
    if (!isShort) base = { version: input.version, list };
  }

  return {
    readInput: (kind, version) => (kind === KIND ? read(version) : store.readInput(kind, version)),
    writeInput: (input) => (input.kind === KIND ? write(input) : store.writeInput(input)),
  };
}

/** What both have in the same order, from the first on, stays. */
function differenceOf(base: { version: string; list: FoldVerdict[] }, list: readonly FoldVerdict[]): Difference {
  const places = new Map(base.list.map((one, place) => [JSON.stringify(one), place]));
  const kept = new Set<number>();
  let last = -1;
  for (const one of list) {
    const place = places.get(JSON.stringify(one)) ?? -1;
    if (place <= last) break;
    kept.add(place);
    last = place;
  }
  const gone = base.list.map((_, place) => place).filter((place) => !kept.has(place));
  return { base: base.version, gone, said: list.slice(kept.size) };
}

function applied(list: readonly FoldVerdict[], { gone, said }: Difference): FoldVerdict[] {
  const without = new Set(gone);
  return [...list.filter((_, place) => !without.has(place)), ...said];
}
