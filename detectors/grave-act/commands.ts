import { piecesOf, programOf } from '../../schemas/shell.ts';
import { type Act, act, graver } from './act.ts';
import { carriesOut } from './carries-out.ts';
import { dumpsSecrets } from './ci.ts';
import { startsUnasked } from './client.ts';
import { destroysBy, foundAndTaken, mutationDestroys, treesTaken } from './destroys.ts';
import { decodesCode, fetchesCode, fromNet, runsFromNet } from './from-net.ts';
import { givesBy } from './gives.ts';
import { opensGuard } from './guards.ts';
import { rewritesHistory } from './history.ts';
import { holdsMachine } from './holds-machine.ts';
import { looksUp } from './lookups.ts';
import { hijacksBy } from './mines.ts';
import { leftBy } from './persists.ts';
import { handsOver, publishesBy } from './publishes.ts';
import { pushesTo, rcloneCarries } from './pushes.ts';
import { endsRecovery } from './recovery.ts';
import { requestBy } from './requests.ts';
import { scansBy } from './scans.ts';
import { opensShell } from './shell-out.ts';
import { clientDestroys, clientGives } from './sql.ts';
import { tunnelsBy, tunnelsIn } from './tunnel.ts';

const LENGTH = 32_768;

/** The gravest that a text of shell commands does, or null. `cwd` is the folder it runs in, '' where the call does not say. */
export function commandDoes(whole: string, cwd: string): Act | null {
  const text = whole.slice(0, LENGTH);
  if (opensShell(text)) return act('opens_shell', 'high', text);
  const pieces = piecesOf(text);
  const steps = pieces.map((piece) => ({ ...piece, ...programOf(piece.text) }));
  let dir = cwd;
  let gravest = [
    clientDestroys(text),
    clientGives(text),
    dumpsSecrets(text, text),
    tunnelsIn(text),
    treesTaken(text, cwd),
    foundAndTaken(steps, cwd),
    mutationDestroys(text),
    handsOver(text),
  ].reduce(graver);
  for (const { program, given, text: piece } of steps) {
    if (program === 'cd') dir = into(given.trim().replace(/["')]/g, ''), dir);
    gravest = graver(
      gravest,
      requestBy(program, given, text) ??
        destroysBy(program, given, dir, text) ??
        rewritesHistory(program, given) ??
        givesBy(program, given, text) ??
        hijacksBy(program, given) ??
        holdsMachine(program, given, text) ??
        endsRecovery(program, given, text) ??
        opensGuard(program, given) ??
        tunnelsBy(program, given) ??
        // Braces of a text that is echoed part it: what is behind the last still says where it goes.
        leftBy(program, program === '' ? piece : given, text) ??
        scansBy(program, given) ??
        looksUp(program, given, text) ??
        startsUnasked(program, given) ??
        publishesBy(program, given) ??
        rcloneCarries(program, given),
    );
  }
  if (fetchesCode(text)) gravest = graver(gravest, fromNet(text, text));
  if (decodesCode(text)) gravest = graver(gravest, act('runs_from_net', 'medium', text, { group: 'encoded' }));
  return [carriesOut(steps), pushesTo(steps), runsFromNet(pieces)].reduce(graver, gravest);
}

const into = (folder: string, dir: string): string =>
  /^[/~$]/.test(folder) ? folder : folder === '' ? '~' : dir === '' || folder === '-' ? '' : `${dir}/${folder}`;
