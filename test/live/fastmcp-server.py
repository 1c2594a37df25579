"""A server of MCP as anyone would make it with FastMCP: its spans go where OTEL_EXPORTER_OTLP_ENDPOINT says."""

import os
import sys

from fastmcp import FastMCP
from fastmcp.server.auth import StaticTokenVerifier, require_scopes
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)

port, token, agent = int(sys.argv[1]), sys.argv[2], sys.argv[3]
auth = StaticTokenVerifier(tokens={token: {"client_id": agent, "scopes": ["read"]}})
mcp = FastMCP("everything", auth=auth)


@mcp.tool
def echo(message: str) -> str:
    return message


@mcp.tool(name="get-sum")
def get_sum(a: int, b: int) -> int:
    return a + b


@mcp.tool(name="get-env")
def get_env() -> list[str]:
    return sorted(os.environ)


@mcp.tool(name="delete-all", auth=require_scopes("admin"))
def delete_all() -> str:
    return "gone"


mcp.run(transport="http", host="127.0.0.1", port=port, show_banner=False)
