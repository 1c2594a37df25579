import { anyValue, scopesOf } from '../../schemas/gateways/lib/otlp.ts';
import type { Json } from '../../schemas/object.ts';

/**
 * Lines that a Collector read from files and from containers: each is the body of a log record of OTLP, as text or already
 * parsed. A record whose attributes tell of MCP or of a model is none: its body is only what it says besides.
 */
export function logBodies(
  body: Json,
  opened: (body: unknown) => unknown,
): { lines: unknown[]; rest: Json | null } | null {
  const lines: unknown[] = [];
  let left = 0;
  const kept = listOf(body.resourceLogs).map(({ instrumentationLibraryLogs: libraries, ...resource }) => ({
    ...resource,
    scopeLogs: scopesOf({ ...resource, instrumentationLibraryLogs: libraries }, 'Logs').map((scope) => ({
      ...scope,
      logRecords: listOf(scope.logRecords).filter((record) => {
        const line = telling(record) ? null : opened(anyValue(record.body));
        if (line === null) left++;
        else lines.push(line);
        return line === null;
      }),
    })),
  }));
  if (lines.length === 0) return null;
  return { lines, rest: left === 0 ? null : { ...body, resourceLogs: kept } };
}

const listOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];

const telling = ({ attributes }: Json): boolean =>
  listOf(attributes).some(({ key }) => typeof key === 'string' && /^(?:mcp|gen_ai)\./.test(key));
