import { classRank } from '../../schemas/alert.ts';
import { PASSWORD_WORDS } from '../password-words.ts';
import { verbs } from './verbs.ts';

/**
 * German, Spanish, French and Portuguese verbs of tools' names, under the English ones that the lexicon knows; without
 * accents, ae for ä. Verbs alone, for a noun says less; none that English names use otherwise (`modifier`, `exporter`).
 * Who gives or takes a right does it to a right: what is given otherwise (`auftrag_erteilen`) is no grant.
 */
const VERBS: Record<string, string> = {
  get: 'abrufen holen ermitteln obtener obtenir recuperer obter',
  read: 'lesen auslesen einsehen leer lire ler',
  list: 'auflisten listar lister',
  search:
    'suchen finden nachschlagen abfragen buscar consultar chercher rechercher trouver consulter procurar pesquisar',
  show: 'anzeigen ansehen mostrar afficher voir exibir visualizar',
  download: 'herunterladen exportieren descargar exportar baixar',
  check: 'pruefen ueberpruefen comprobar verificar revisar',
  analyze:
    'vergleichen berechnen zaehlen auswerten analysieren uebersetzen zusammenfassen comparar calcular contar analizar traducir resumir calculer traduire analisar traduzir',
  create: 'anlegen erstellen erfassen eintragen crear creer criar',
  add: 'hinzufuegen anhaengen anadir agregar ajouter adicionar',
  update: 'aendern bearbeiten aktualisieren setzen modificar actualizar cambiar editar atualizar alterar',
  delete: 'loeschen entfernen eliminar borrar suprimir quitar supprimer effacer excluir apagar',
  write: 'schreiben speichern hochladen importieren escribir guardar subir importar ecrire enregistrer escrever salvar',
  send: 'senden versenden verschicken antworten enviar envoyer',
  replace: 'ersetzen austauschen reemplazar sustituir remplacer substituir',
  cancel: 'stornieren anular cancelar annuler',
  approve: 'freigeben genehmigen aprobar approuver aprovar',
  reject: 'ablehnen rechazar rejeter rejeitar',
  publish: 'veroeffentlichen publicar publier',
  book: 'buchen reservar',
  execute: 'ausfuehren ejecutar executer executar',
  start: 'starten arrancar demarrer lancer lanzar',
  stop: 'stoppen detener arreter',
  restart: 'neustarten reiniciar redemarrer',
  deploy: 'bereitstellen desplegar deployer implantar',
  install: 'installieren instalar',
  assign: 'zuweisen zuordnen erteilen vergeben asignar otorgar conceder attribuer accorder atribuir',
  remove: 'entziehen revocar retirar',
  invite: 'einladen invitar convidar',
  reset: 'zuruecksetzen restablecer reinitialiser redefinir',
  disable: 'deaktivieren desactivar desactiver desativar',
  enable: 'aktivieren activar activer ativar',
  block: 'sperren bloquear bloquer',
  unlock: 'entsperren desbloquear debloquer',
};

/** Things that are secret, or decide who may do what. */
const THINGS: Record<string, string> = {
  role: 'rolle rollen rol',
  permission: 'berechtigung berechtigungen rechte permiso permisos droits permissao permissoes',
  user: 'benutzer usuario usuarios utilisateur utilisateurs',
  group: 'gruppe gruppen grupo grupos groupe groupes',
  member: 'mitglied mitglieder miembro miembros membre membres membro membros',
  password: PASSWORD_WORDS.join(' '),
  credentials: 'zugangsdaten anmeldedaten credenciales credenciais',
  secret: 'geheimnis geheimnisse secreto secretos segredo segredos',
};

const byWord = (table: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(table).flatMap(([english, words]) => words.split(' ').map((word) => [word, english])));

const JOINS = new Set('and or und oder y e et o ou'.split(' '));
const foreignVerbs = byWord(VERBS);
const foreignThings = byWord(THINGS);

/**
 * The words of a name in English as far as they are known, the verb first: German names end with it. Where it is
 * of another language, English words beside it are things (`status_setzen`); of several the strongest. What is joined
 * to the verb stays with it.
 */
export function inEnglish(words: readonly string[]): readonly string[] {
  const bare = words.map(plain);
  const said = bare.map((word, at) => foreignThings.get(word) ?? words[at]!);
  let [verb, from] = ['', -1];
  for (const [at, word] of bare.entries()) {
    const found = verbOf(word, at);
    if (found !== undefined && (from < 0 || rank(found) > rank(verb))) [verb, from] = [found, at];
  }
  if (from < 0) return said;
  const next = bare[from + 2];
  const joined =
    next !== undefined && JOINS.has(bare[from + 1]!) ? ['and', foreignVerbs.get(next) ?? said[from + 2]!] : [];
  return [verb, ...joined, ...said.slice(0, from), ...said.slice(from + 1 + joined.length)];
}

/** `ver_paciente` sees a patient; further on `ver` is a version. */
const verbOf = (word: string, at: number): string | undefined =>
  at === 0 && word === 'ver' ? 'show' : foreignVerbs.get(word);

const rank = (verb: string): number => classRank(verbs.get(verb) ?? 'write');

const UMLAUTS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** As it is written without accents. */
const plain = (word: string): string =>
  word
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
