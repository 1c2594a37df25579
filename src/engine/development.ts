import { isProduction } from '../../detectors/grave-act/act.ts';

/** Names of environments in which nothing is at stake, as a whole word of the name. */
const DEVELOPMENT =
  /(?:^|[\s=/_-])(?:dev|development|test|testing|sandbox|local|minikube|preview)(?:[/_-]|["']?(?:\s|$))/;
const NAMED =
  /\s(?:-n|--namespace|--context)[= ]["']?([\w.-]{1,120})|\s--secret-id[= ]["']?((?:dev|development|test|sandbox|local)\/)/g;

/** What a path in a vault begins with, behind the engine. */
const IN_VAULT = /[\s"'](?:(?:kv|secrets?)\/(?:data\/)?|op:\/\/)([\w.-]{1,120})/gi;
const FOR_DEVELOPMENT = /^(?:dev|development|test|testing|sandbox|local)$/i;

/** Whether a command says that it is about an environment for development, by a namespace, a context or a secret's path. */
export function isOfDevelopment(command: string): boolean {
  const names = [...command.matchAll(NAMED)].map(([, name, path]) => name ?? path!);
  const parts = [...command.matchAll(IN_VAULT)].map(([, part]) => part!);
  if (names.some(isProduction) || parts.some((part) => !FOR_DEVELOPMENT.test(part))) return false;
  return parts.length > 0 || names.some((name) => DEVELOPMENT.test(name));
}
