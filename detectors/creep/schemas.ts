import { wordsOf } from '../../schemas/words.ts';
import { peek, type Recent, touch } from '../stats/recent.ts';
import { FORTNIGHT } from './reach.ts';
import type { Table } from './tables.ts';

/** A schema that a tool's statements named. */
interface Schema {
  /** The day on which it came, or -1 for what was there from the beginning. */
  came: number;
  /** Tables of it, the first ones, while it is young. */
  tables: string[];
}

/** What an agent works on by SQL, by tool and schema. */
export type Schemas = Recent<Schema>;

const MOST = 64;
const MOST_TABLES = 4;
/** Where people's pay, health or family stands, in the words of many houses. */
const PERSONAL = new Set(
  'hr hris payroll salary salaries wages employee employees personnel staff absence absences medical health patient patients diagnosis diagnoses'.split(
    ' ',
  ),
);

/** The schema of the table, where it came to this tool lately: after the tool's first fortnight, within the last. */
export function youngSchema(known: Schemas, tool: string, since: number, day: number, table: Table): Schema | null {
  const key = schemaKey(tool, table.schema);
  const schema = touch<Schema>(known, key, MOST, () => ({
    came: day - since < FORTNIGHT || isRespelt(known, tool, table.schema) ? -1 : day,
    tables: [],
  }));
  if (schema.came < 0 || day - schema.came >= FORTNIGHT) return null;
  if (schema.tables.length < MOST_TABLES && !schema.tables.includes(table.name)) schema.tables.push(table.name);
  return schema;
}

/** A schema that was known without its database is none that is new. */
const isRespelt = (known: Schemas, tool: string, schema: string): boolean =>
  schema.includes('.') && peek(known, schemaKey(tool, schema.slice(schema.lastIndexOf('.') + 1))) !== undefined;

/** One new schema may be a new duty; several tables of it, or what is personal, are new ground. */
export const isGround = (name: string, { tables }: Schema): boolean =>
  tables.length > 1 || [name, ...tables].some((one) => wordsOf(one).some((word) => PERSONAL.has(word)));

/** One made for every release or day is the same by its name without the number. */
export const schemaKey = (tool: string, schema: string): string => `${tool} ${schema.replace(/\d+/g, '#')}`.slice(-200);
