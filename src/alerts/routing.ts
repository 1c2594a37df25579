import { type Alert, severityRank } from '../../schemas/alert.ts';
import type { Route } from '../../schemas/config/alerts.ts';
import type { ChannelConfig } from '../../schemas/config/channels.ts';
import { globMatches } from '../glob.ts';
import { quietUntil } from './quiet.ts';

/** Over which channels an alert goes, and from when on (0: at once). */
export type Routing = (alert: Alert, at: number) => { channel: string; notBefore: number }[];

interface RoutingOptions {
  channels: readonly Pick<ChannelConfig, 'name' | 'min_severity'>[];
  routes?: readonly Route[];
  /** Channels of an alert that no route takes; all of them where this is absent. */
  fallback?: readonly string[] | undefined;
}

/**
 * The first route that matches decides, the default where none does; a channel's own min_severity holds for each. What ends
 * an alert goes wherever it was told as well (see `createIntake`).
 * @throws where a route names a channel that is not configured; a line for each, which begins with the path of the value.
 */
export function createRouting({ channels, routes = [], fallback }: RoutingOptions): Routing {
  const floor = new Map(channels.map(({ name, min_severity }) => [name, severityRank(min_severity)]));
  const mistakes: string[] = [];
  const check = (names: readonly string[] = [], path: string): void => {
    for (const name of names) if (!floor.has(name)) mistakes.push(`${path}: no channel is named ${name}`);
  };
  routes.forEach((route, index) => {
    check(route.channels, `alerts.routes.${index}.channels`);
  });
  check(fallback, 'alerts.default');
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return (alert, at) => {
    const route = routes.find((candidate) => matches(candidate, alert));
    const names = route?.channels ?? fallback ?? [...floor.keys()];
    const notBefore = route?.quiet === undefined ? 0 : quietUntil(route.quiet, alert.severity, at);
    return [...new Set(names)]
      .filter((name) => severityRank(alert.severity) >= (floor.get(name) ?? Number.POSITIVE_INFINITY))
      .map((channel) => ({ channel, notBefore }));
  };
}

const matches = (route: Route, alert: Alert): boolean =>
  (route.min_severity === undefined || severityRank(alert.severity) >= severityRank(route.min_severity)) &&
  anyGlob(route.detectors, alert.detector) &&
  anyGlob(route.agents, alert.agent.id) &&
  anyGlob(route.owners, alert.agent.owner) &&
  anyGlob(route.servers, alert.server);

const anyGlob = (patterns: readonly string[] | undefined, text: string | undefined): boolean =>
  patterns === undefined || (text !== undefined && patterns.some((pattern) => globMatches(pattern, text)));
