import { agentgateway } from './agentgateway.ts';
import { agenticCommunity } from './agentic-community.ts';
import { awsAgentcore } from './aws-agentcore.ts';
import { azureApim } from './azure-apim.ts';
import { cerbos } from './cerbos.ts';
import { cloudevents } from './cloudevents.ts';
import { cloudflare } from './cloudflare.ts';
import { contextforge } from './contextforge.ts';
import { docker } from './docker.ts';
import { ecs } from './ecs.ts';
import { envoyAiGateway } from './envoy-ai-gateway.ts';
import type { Gateway } from './gateway.ts';
import { golf } from './golf.ts';
import { googleAgentGateway } from './google-agent-gateway.ts';
import { gravitee } from './gravitee.ts';
import { kong } from './kong.ts';
import { lasso } from './lasso.ts';
import { litellm } from './litellm.ts';
import { lunarMcpx } from './lunar-mcpx.ts';
import { mcpJsonrpc } from './mcp-jsonrpc.ts';
import { native } from './native.ts';
import { obot } from './obot.ts';
import { ocsf } from './ocsf.ts';
import { otlpLogs } from './otlp-logs.ts';
import { otlpTraces } from './otlp-traces.ts';
import { pomerium } from './pomerium.ts';
import { teleport } from './teleport.ts';
import { toolhive } from './toolhive.ts';
import { tyk } from './tyk.ts';

/** Every format that is understood, in the order in which they are asked: the first that claims a record has it. */
export const gateways: readonly Gateway[] = [
  native,
  otlpTraces,
  otlpLogs,
  toolhive,
  agentgateway,
  kong,
  teleport,
  envoyAiGateway,
  awsAgentcore,
  mcpJsonrpc,
  pomerium,
  tyk,
  cloudflare,
  gravitee,
  lunarMcpx,
  obot,
  azureApim,
  agenticCommunity,
  docker,
  litellm,
  ocsf,
  ecs,
  googleAgentGateway,
  golf,
  cerbos,
  lasso,
  contextforge,
  cloudevents,
];
