import { z } from 'zod';
import { problemSchema } from '../../schemas/api.ts';
import type { TokenRole } from '../../schemas/config/http.ts';
import { OPERATIONS, type Operation } from './operations.ts';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};
const content = (types: readonly string[], schema?: object): object =>
  Object.fromEntries(types.map((type) => [type, schema === undefined ? {} : { schema }]));

/** Roles that need no token where none is configured, which is on loopback alone. */
const OPEN: ReadonlySet<TokenRole> = new Set(['ingest', 'read']);

export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  return {
    openapi: '3.1.0',
    info: { title: 'Overreach', version, description: 'What AI agents do through MCP, kept, judged and told.' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function describe({ path, summary, role, query, body, answers, problem = problemSchema }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
  const failure = {
    description: 'No success.',
    content: content(['application/json'], schemaOf(problem, 'output')),
  };
  return {
    summary,
    ...(role && { security: OPEN.has(role) ? [{ token: [] }, {}] : [{ token: [] }], 'x-role': role }),
    parameters: [...inPath, ...inQuery],
    ...(body && {
      requestBody: { required: true, content: content(body.types, body.schema && schemaOf(body.schema, 'input')) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, schema, type }]) => [
          status,
          { description, content: content([type ?? 'application/json'], schema && schemaOf(schema, 'output')) },
        ]),
      ),
      default: failure,
    },
  };
}
