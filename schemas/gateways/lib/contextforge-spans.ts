import { type Json, lookup } from './values.ts';

/**
 * IBM ContextForge's spans (mcpgateway 1.0.7) name no method: of the tree that one call leaves, one span is the call,
 * and the others are its steps.
 */
const METHODS: Record<string, string> = {
  'tool.invoke': 'tools/call',
  'tool.list': 'tools/list',
  'resource.read': 'resources/read',
  'prompt.render': 'prompts/get',
  'mcp.initialize': 'initialize',
};
const STEP = /^(?:tool\.(?:lookup|gateway_call|post_process)|mcp\.client\.(?:call|request|response|initialize))$/;
const MARKS = ['tool.integration_type', 'contextforge.runtime', 'auth.method'];

/** The attributes with what the name of the span means; null where it is a step of a call that another span tells. */
export function contextforgeSpan(name: string, own: Json): Json | null {
  if (!MARKS.some((mark) => own[mark] !== undefined)) return own;
  if (STEP.test(name)) return null;
  const method = lookup(METHODS, name);
  if (method === undefined) return own;
  return {
    ...own,
    'mcp.method.name': method,
    'gen_ai.prompt.name': own['prompt.id'],
    'mcp.resource.uri': own['resource.uri'],
  };
}
