import type { z } from 'zod';
import { type Mistake, mistakesOf, type ValuePath } from './yaml.ts';

/** A value without all that its schema refuses. */
interface SoundPart<T> {
  data: T;
  /** All that is refused, of what only shows in what is left as well. */
  mistakes: Mistake[];
  /** A mistake has taken out something that is, or lies in, this path, or has it in itself. */
  isOut(path: string): boolean;
}

/**
 * Takes out what a schema refuses, so that what is left can be looked at as well: a key alone where the rest does without
 * it, else what has it in itself. A list goes whole, for what it still held would stand at another place in it. Every key
 * of `schema` must be optional.
 */
export function soundPart<S extends z.ZodType>(value: object, schema: S): SoundPart<z.output<S>> {
  const rest = structuredClone(value);
  const taken: ValuePath[] = [];
  const mistakes: Mistake[] = [];
  for (;;) {
    const parsed = schema.safeParse(rest);
    const isOut = (place: ValuePath): boolean => taken.some((one) => startsWith(one, place) || startsWith(place, one));
    if (parsed.success) return { data: parsed.data, mistakes, isOut: (path) => isOut(path.split('.')) };
    const found = mistakesOf(parsed.error, schema);
    // What is missing only because it was taken out is no mistake of its own.
    mistakes.push(...found.filter(({ place, key }) => !isOut(key === undefined ? place : [...place, key])));
    const before = taken.length;
    for (const { place, key } of found) takeOut(rest, key === undefined ? place : [...place, key], taken);
    if (taken.length === before) throw parsed.error;
  }
}

/** The value at a place, or the nearest around it that is there and is a key's. */
function takeOut(root: object, place: ValuePath, taken: ValuePath[]): void {
  for (let end = place.length; end > 0; end -= 1) {
    const key = String(place[end - 1]);
    const around = at(root, place.slice(0, end - 1));
    if (typeof around !== 'object' || around === null || Array.isArray(around) || !Object.hasOwn(around, key)) continue;
    delete (around as Record<string, unknown>)[key];
    taken.push(place.slice(0, end));
    return;
  }
}

const at = (root: unknown, place: ValuePath): unknown =>
  place.reduce((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], root);

export const startsWith = (path: ValuePath, start: ValuePath): boolean =>
  start.length > 0 && start.every((key, index) => String(path[index]) === String(key));
