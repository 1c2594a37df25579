import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
// @ts-expect-error The package ships no types.
import { createServer } from '@modelcontextprotocol/server-everything/dist/server/index.js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { traced } from './traced-transport.ts';
import { tracing } from './tracing.ts';

/** The reference server on stdio, with spans of what it answers; they go out when its input ends. */
const provider = tracing('everything', new OTLPTraceExporter());
const { server, cleanup } = createServer();
await server.connect(traced(new StdioServerTransport(), provider.getTracer('mcp-server')));
// The client's patience ends in a signal; what is under way is sent first.
process.on('SIGTERM', () => {});
process.stdin.on('end', async () => {
  await provider.shutdown();
  cleanup();
  process.exit(0);
});
