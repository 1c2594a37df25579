import { spaced } from '../../schemas/words.ts';
import { leavesOf } from '../stats/leaves.ts';
import { perPair } from '../stats/per-pair.ts';
import { type Act, act, actWith, destroyed } from './act.ts';
import { hostsIn, isNear } from './hosts.ts';

/** What a tool does by its verb and its object, where its name says them: `delete_repository`, `create_webhook`. */
type Names =
  | 'destroys'
  | 'deletes'
  | 'deletes_many'
  | 'unprotects'
  | 'protection'
  | 'ref'
  | 'lets_in'
  | 'calls_back'
  | '';

const OBJECT =
  '(?:(?:db|database|rds|sql|redis|cache|storage|s3|k8s|kubernetes|eks|gke|aks|ebs|gcs|cloud|github|gitlab|test) )?(?:databases?|db (?:instances?|clusters?|snapshots?)|schemas?|clusters?|namespaces?|buckets?|repositor(?:y|ies)|repos?|projects?|volumes?|backups?|snapshots?|datasets?|keyspaces?|hosted zones?|file systems?|organizations?|tenants?|subscriptions?|resource groups?|stacks?|vaults?|kms keys?|persistent volumes?(?: claims?)?)';
const DESTROYS = new RegExp(
  ` (?:delete|destroy|drop|terminate|purge|wipe|erase|nuke) ${OBJECT} (?:by \\w+ )?$| ${OBJECT} (?:delete|destroy|drop|purge|wipe) $| remove (?:database|cluster|namespace|bucket|repository|volume|backup|snapshot) $`,
);
const DELETES = / (?:delete|destroy|terminate|purge) /;
/** Of databases: what of a page or a sheet is dropped is another matter. */
const DROPS = / drop (?:collections?|tables?|index(?:es)?) $/;
const MANY =
  / (?:delete|remove|purge) (?:many|all|(?:all )?(?:documents|records|rows|objects|entries|points|vectors)|by query) $/;
/** What it is to delete is told by a filter that everything fits. */
const ALL =
  /"(?:filter|query|where|selector|criteria|condition)":(?:\{\}|"\s{0,8}\{\s{0,8}\}\s{0,8}"|\{"match_all":\{[^{}]{0,80}\}\})|"delete_?all":true/i;
const UNPROTECTS =
  / (?:delete|remove|disable) (?:branch protections?|protected branch(?:es)?|rulesets?|repository rulesets?|branch (?:protection )?rules?) /;
const PROTECTION =
  / (?:update|set|edit|patch|modify) (?:branch protections?|protected branch(?:es)?|(?:repository )?rulesets?) /;
const REF = / update (?:git )?(?:refs?|references?|branch) $/;
const LETS_IN =
  / (?:create|add|register) (?:\w+ )?(?:deploy keys?|oauth (?:apps?|applications?|clients?)|ssh keys?|public keys?) $/;
const CALLS_BACK =
  / (?:create|add|register|update) (?:\w+ )?(?:web ?hooks?|hooks?) $| (?:create|add|register) (?:\w+ )?(?:applications?|apps?) $/;
/** Where an application sends those back who sign in by it. */
const COMES_BACK = /redirect|callback/i;

const namesOf = perPair((_server: string, tool: string): Names => {
  const name = spaced(tool);
  if (DESTROYS.test(name) || DROPS.test(name)) return 'destroys';
  if (MANY.test(name)) return 'deletes_many';
  if (UNPROTECTS.test(name)) return 'unprotects';
  if (PROTECTION.test(name)) return 'protection';
  if (REF.test(name)) return 'ref';
  if (LETS_IN.test(name)) return 'lets_in';
  if (CALLS_BACK.test(name)) return 'calls_back';
  return DELETES.test(name) ? 'deletes' : '';
});

/** Kinds of things that are named as an argument: `kind: Namespace`. */
const KIND = /^(?:kind|resource|resource_?type|type|object_?type)$/i;
const GRAVE_KIND =
  /^(?:namespaces?|pvc?|persistentvolume(?:claim)?s?|clusters?|customresourcedefinitions?|databases?|buckets?|repositor(?:y|ies)|projects?|volumes?|snapshots?|backups?)$/i;

/** What a tool of an API does that is grave by the name of it and of what it is given. */
export function toolDoes(server: string, tool: string, args: unknown): Act | null {
  const names = namesOf(server, tool);
  if (names === '') return null;
  const leaves = leavesOf(args);
  const said =
    `${tool} ${leaves.map(([key, value]) => `${key.slice(0, 40)}=${String(value).slice(0, 80)}`).join(' ')}`.slice(
      0,
      400,
    );
  const values = leaves.map(([, value]) => String(value).slice(0, 80)).join(' ');
  switch (names) {
    case 'destroys':
      return destroyed(said, `${tool} ${values}`);
    case 'deletes_many':
      return ALL.test(JSON.stringify(args ?? {}).slice(0, 16_384)) ? destroyed(said, `${tool} ${values}`) : null;
    case 'deletes':
      return leaves.some(([key, value]) => KIND.test(key) && GRAVE_KIND.test(String(value)))
        ? destroyed(said, values)
        : null;
    case 'unprotects':
      return act('rewrites_history', 'medium', said);
    case 'protection':
      return /(?:allow_force_pushes|allow_deletions|allowForcePushes)\S*=true|(?:enforcement|enabled|enforce_admins)=(?:disabled|false)|required_pull_request_reviews=null/.test(
        said,
      )
        ? act('rewrites_history', 'medium', said)
        : null;
    case 'ref':
      return /\bforce=true\b/.test(said) &&
        /(?:heads\/|=)(?:main|master|trunk|production|release\S*)(?:\s|$)/.test(said)
        ? act('rewrites_history', 'medium', said)
        : null;
    case 'lets_in':
      return act('persists', 'medium', said, { group: 'key' });
    case 'calls_back': {
      const app = /app(?:lication)?s?$/i.test(tool);
      const host = leaves
        .flatMap(([key, value]) => (app && !COMES_BACK.test(key) ? [] : hostsIn(String(value))))
        .find((one) => !isNear(one));
      return host === undefined ? null : actWith('persists', 'medium', said, host);
    }
  }
}
