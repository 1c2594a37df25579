import { attributes } from './otlp.ts';
import type { Json } from './values.ts';

/** Strands writes what a tool is asked, and what it answered, by the older conventions of GenAI. */
const OF_TOOL: Record<string, [event: string, key: string]> = {
  'gen_ai.tool.call.arguments': ['gen_ai.tool.message', 'content'],
  'gen_ai.tool.call.result': ['gen_ai.choice', 'message'],
};

/** What is told by events of a span (`route to backend`) fills what the span leaves open. */
export function fillFromEvents(own: Json, events: readonly Json[]): void {
  for (const { name, attributes: written } of events.slice(0, 32)) {
    const more = attributes(written);
    for (const key of ['mcp.backend.name', 'exception.message']) own[key] ??= more[key];
    if (own['gen_ai.operation.name'] !== 'execute_tool') continue;
    for (const [key, [event, at]] of Object.entries(OF_TOOL)) if (name === event) own[key] ??= more[at];
  }
}
