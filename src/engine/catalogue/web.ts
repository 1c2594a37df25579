import type { CatalogueEntry } from './entry.ts';

/** What searches and reads the web for an agent. */
export const web: readonly CatalogueEntry[] = [
  {
    id: 'firecrawl',
    names: ['firecrawl'],
    tools: { read: 'map scrape search crawl extract agent', write: 'interact interact_stop feedback' },
    references: ['github.com/firecrawl/firecrawl-mcp-server'],
  },
  {
    id: 'tavily',
    names: ['tavily'],
    tools: { read: 'search extract crawl map research' },
    references: ['github.com/tavily-ai/tavily-mcp'],
  },
  {
    id: 'exa',
    names: ['exa'],
    tools: { read: 'web_search_exa deep_researcher_start deep_researcher_check agent_run' },
    references: ['github.com/exa-labs/exa-mcp-server'],
  },
];
