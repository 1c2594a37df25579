import { classRank } from '../../schemas/alert.ts';
import { PASSWORD_WORDS } from '../password-words.ts';
import { verbs } from './verbs.ts';
import { wordSet } from './words.ts';

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
    'suchen finden nachschlagen abfragen buscar consultar chercher rechercher trouver consulter procurar pesquisar filtrar',
  show: 'anzeigen ansehen mostrar afficher voir exibir visualizar',
  download: 'herunterladen exportieren descargar exportar',
  close: 'schliessen abschliessen cerrar fechar encerrar finalizar',
  check: 'pruefen ueberpruefen comprobar verificar revisar',
  analyze:
    'vergleichen berechnen zaehlen auswerten analysieren validieren verifizieren klassifizieren identifizieren lokalisieren interpretieren kalkulieren prognostizieren recherchieren visualisieren selektieren sortieren inspizieren diagnostizieren uebersetzen zusammenfassen comparar calcular contar analizar traducir resumir calculer traduire analisar traduzir',
  create: 'anlegen erstellen erfassen eintragen crear creer criar cadastrar inserir insertar',
  generate: 'generieren erzeugen generar generer gerar',
  add: 'hinzufuegen anhaengen anadir agregar ajouter adicionar',
  update: 'aendern bearbeiten aktualisieren setzen modificar actualizar cambiar editar atualizar alterar',
  delete: 'loeschen entfernen eliminar borrar suprimir quitar supprimer effacer excluir apagar deletar',
  clear: 'leeren limpiar limpar',
  write: 'schreiben speichern hochladen importieren escribir guardar subir importar ecrire enregistrer escrever salvar',
  send: 'senden versenden verschicken antworten beantworten repondre contestar enviar envoyer',
  replace: 'ersetzen austauschen reemplazar sustituir remplacer substituir',
  cancel: 'stornieren anular cancelar annuler',
  approve: 'freigeben genehmigen aprobar approuver aprovar',
  reject: 'ablehnen rechazar rejeter rejeitar',
  publish: 'veroeffentlichen publicar publier',
  book: 'buchen reservar',
  execute: 'ausfuehren ejecutar executer executar',
  start: 'starten iniciar arrancar demarrer lancer lanzar',
  stop: 'stoppen detener arreter parar',
  sync: 'abgleichen synchronisieren sincronizar synchroniser',
  move: 'verschieben deplacer',
  rename: 'umbenennen renombrar renommer renomear',
  transfer: 'ueberweisen transferir',
  pay: 'bezahlen pagar',
  schedule: 'agendar planifier',
  link: 'verknuepfen vincular',
  merge: 'zusammenfuehren fusionar fusionner mesclar',
  restart: 'neustarten reiniciar redemarrer',
  deploy: 'bereitstellen desplegar deployer implantar',
  install: 'installieren instalar',
  assign: 'zuweisen zuordnen erteilen vergeben asignar otorgar conceder attribuer accorder atribuir',
  remove: 'entziehen revocar retirar remover',
  invite: 'einladen invitar convidar',
  reset: 'zuruecksetzen restablecer reinitialiser redefinir',
  disable: 'deaktivieren desactivar desactiver desativar',
  enable: 'aktivieren activar activer ativar',
  block: 'sperren bloquear bloquer',
  unlock: 'entsperren desbloquear debloquer',
};

/** Things that are secret, or decide who may do what; and what is only begun, as a call. */
const THINGS: Record<string, string> = {
  role: 'rolle rollen rol',
  permission: 'berechtigung berechtigungen rechte permiso permisos droits permissao permissoes',
  user: 'benutzer usuario usuarios utilisateur utilisateurs',
  group: 'gruppe gruppen grupo grupos groupe groupes',
  member: 'mitglied mitglieder miembro miembros membre membres membro membros',
  password: PASSWORD_WORDS.join(' '),
  credentials: 'zugangsdaten anmeldedaten credenciales credenciais',
  call: 'anruf llamada appel chamada',
  conversation: 'gespraech conversacion conversa',
  login: 'anmeldung sesion sessao',
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
    const found = verbOf(word, at, bare);
    if (found !== undefined && (from < 0 || rank(found) > rank(verb))) [verb, from] = [found, at];
  }
  if (from < 0) return said;
  const next = bare[from + 2];
  const joined =
    next !== undefined && JOINS.has(bare[from + 1]!)
      ? ['and', foreignVerbs.get(next) ?? FIRST.get(next) ?? said[from + 2]!]
      : [];
  return [verb, ...joined, ...said.slice(0, from), ...said.slice(from + 1 + joined.length)];
}

/**
 * What is said as a command stands first (`liste_crew`); further on it may be a noun (`delete_lista`). `ver_paciente`
 * sees a patient, `registrar_gasto` enters an expense; further on `ver` is a version, `registrar` one of domains. `baixar` downloads a file, and settles or closes whatever else.
 */
function verbOf(word: string, at: number, words: readonly string[]): string | undefined {
  if (word === 'baixar') return words.some((other) => FILES.has(other)) ? 'download' : 'close';
  return (
    (at === 0 ? FIRST.get(word) : undefined) ?? foreignVerbs.get(word) ?? (GERMAN.test(word) ? 'modify' : undefined)
  );
}
/** Whatever it means: no English word ends so. `diagnose_kodieren` changes something, and diagnoses nothing. */
const GERMAN = /[a-z]{2}ieren$/;
const FIRST = new Map([
  ...byWord({
    get: 'hole ermittle obten obtem obtiens recupera recupere',
    read: 'lese lee',
    list: 'liste lista',
    search: 'suche finde busca consulta cherche recherche consulte trouve pesquisa filtra',
    show: 'zeige muestra mostra affiche exibe visualiza',
    check: 'pruefe ueberpruefe comprueba verifica revisa',
    analyze: 'vergleiche berechne zaehle compara calcula traduce traduz',
    create: 'erstelle erfasse crea cree cria cadastra insere inserta',
    generate: 'erzeuge generiere genera genere gera',
    add: 'agrega anade ajoute adiciona',
    update: 'aendere bearbeite aktualisiere setze modifica modifie actualiza cambia edita atualiza altera',
    delete: 'loesche entferne elimina borra suprime supprime efface exclui apaga',
    write: 'schreibe speichere escribe guarda sube ecris enregistre escreve salva',
    send: 'sende versende envia envoie',
    replace: 'ersetze reemplaza substitui remplace',
    cancel: 'storniere anula cancela annule',
    approve: 'genehmige aprueba approuve aprova',
    execute: 'ejecuta executa',
    start: 'starte inicia arranca demarre',
    stop: 'stoppe detiene arrete',
    transfer: 'ueberweise transfiere transfere',
    assign: 'asigna otorga attribue accorde atribui',
    block: 'sperre bloquea bloqueia',
    unlock: 'entsperre desbloquea desbloqueia',
  }),
  ['ver', 'show'],
  ['registrar', 'create'],
]);
const FILES = wordSet(
  'arquivo arquivos anexo anexos documento documentos pdf xml csv imagem imagens relatorio relatorios foto fotos video videos audio midia planilha certificado backup',
);

/** A name without any verb that only tells, by its noun: the German ends with it, the others begin (`reporte_mensual`). */
export function tellsAbroad(words: readonly string[]): string | null {
  const [first, last] = [plain(words[0] ?? ''), plain(words.at(-1) ?? '')];
  return TELLS_LAST.has(last) ? last : TELLS_FIRST.has(first) ? first : null;
}
const TELLS_LAST = wordSet('suche liste uebersicht zusammenfassung auswertung bericht');
const TELLS_FIRST = wordSet('busqueda resumen resumo reporte informe relatorio rapport');

const rank = (verb: string): number => classRank(verbs.get(verb) ?? 'write');

const UMLAUTS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** As it is written without accents. */
const plain = (word: string): string =>
  word
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
