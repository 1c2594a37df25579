import { Command } from 'commander';
import { compileCharters, ownerOf } from '../engine/charter.ts';
import { ConfigError } from '../errors.ts';
import { type AgentConnection, byRisk, namedServers, readConnections } from '../grants/connections.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { grantsOf } from '../grants/versions.ts';
import type { Review } from '../stores/store.ts';
import { jsonLine } from './support/json-lines.ts';
import { dayOf, textTable } from './support/rows.ts';
import { whileOpen } from './support/while-open.ts';

/** The record, and the reviews kept beside it. */
export interface ConnectionsPort extends ReadPort {
  reviews(): Promise<Review[]>;
  review(review: Omit<Review, 'at' | 'by'>): Promise<Review>;
  close(): Promise<void>;
}

export interface ConnectionsCommandOptions {
  open(config: string | undefined): Promise<ConnectionsPort>;
  write(text: string): void;
}

export function connectionsCommand({ open, write }: ConnectionsCommandOptions): Command {
  const command = new Command('connections').description(
    'Which agents are connected to which servers, and how well that is kept.',
  );
  command.addHelpText(
    'after',
    `
Examples:
  overreach connections list --weak
  overreach connections list --agent deployer --json
  overreach connections review deployer vault --note "needed for releases"`,
  );
  command
    .command('list')
    .description('Every connection, the gravest first.')
    .option('--agent <id>', 'only of this agent')
    .option('--weak', 'only those with a weak default')
    .option('--config <file>', 'configuration')
    .option('--json', 'for machines')
    .action(
      async ({ agent, weak, config, json }: { agent?: string; weak?: boolean; config?: string; json?: boolean }) => {
        await whileOpen(open(config), async (port) => {
          const file = await grantsOf([], port);
          const charters = compileCharters(file.charters);
          const reviews = newest(await port.reviews());
          const found = (await readConnections(port, agent, namedServers(file)))
            .filter((one) => !weak || one.weak.length > 0)
            .sort(byRisk);
          const rows = found.map((one) => ({
            ...one,
            owner: ownerOf({ charters }, one.agent) ?? '',
            review: reviews.get(keyOf(one)),
          }));
          if (json) write(rows.map(outside).map(jsonLine).join(''));
          else write(`${rows.length === 0 ? `no ${weak ? 'weak ' : ''}connections` : shown(rows)}\n`);
        });
      },
    );
  command
    .command('review')
    .description('Notes that a connection was looked at and may stand.')
    .argument('<agent>')
    .argument('<server>')
    .option('--note <text>', 'what was found', '')
    .option('--config <file>', 'configuration')
    .action(async (agent: string, server: string, { note, config }: { note: string; config?: string }) => {
      await whileOpen(open(config), async (port) => {
        const known = (await readConnections(port, agent)).some((one) => one.server === server);
        if (!known)
          throw new ConfigError(`${agent} has no connection to ${server} (see \`overreach connections list\`)`);
        const review = await port.review({ agent, server, note });
        write(`${textTable(['agent', 'server', 'reviewed', 'by'], [[agent, server, dayOf(review.at), review.by]])}\n`);
      });
    });
  return command;
}

type Row = AgentConnection & { owner: string; review: Review | undefined };

const keyOf = ({ agent, server }: { agent: string; server: string }): string => JSON.stringify([agent, server]);

function newest(reviews: readonly Review[]): Map<string, Review> {
  const found = new Map<string, Review>();
  for (const review of reviews) if ((found.get(keyOf(review))?.at ?? -1) <= review.at) found.set(keyOf(review), review);
  return found;
}

const outside = ({ first, last, review, ...row }: Row): Record<string, unknown> => ({
  ...row,
  first_seen: new Date(first).toISOString(),
  last_seen: new Date(last).toISOString(),
  ...(review && { last_review: new Date(review.at).toISOString(), reviewed_by: review.by, review_note: review.note }),
});

function shown(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.agent,
    row.server,
    row.class,
    String(row.calls),
    dayOf(row.first),
    dayOf(row.last),
    row.auth.join(', ') || row.bases.join(', '),
    row.transport,
    row.gateways.join(', '),
    row.owner,
    dayOf(row.review?.at ?? 0),
    row.weak.join(', '),
  ]);
  return textTable(
    ['agent', 'server', 'class', 'calls', 'first', 'last', 'auth', 'transport', 'gateway', 'owner', 'reviewed', 'weak'],
    cells,
  );
}
