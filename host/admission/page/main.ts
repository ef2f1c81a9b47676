/**
 * The page: a document and a policy in two editors, judged by the core in a worker of this browser while they are
 * written. It only shows: what is right and wrong is decided in the core.
 */
import type { Finding } from '../../core/index.ts';
import { jsonEdits } from '../patch/json-edits.ts';
import type { Check, CheckFailure, LoadedCore } from './checking.ts';
import { CoreClient } from './core-client.ts';
import { showCore } from './core-view.ts';
import { placesOf } from './diagnostics.ts';
import { Editor } from './editor.ts';
import { byId } from './elements.ts';
import { firstExample, markExamples, setUpExamples } from './examples.ts';
import { showFindings } from './findings-view.ts';
import { KindChoice } from './kind-choice.ts';
import { showPlan } from './plan-view.ts';
import { decodeState, isShared, ShareError } from './share.ts';
import { setUpSharing } from './share-dialog.ts';
import { showTasks } from './tasks-view.ts';
import { setUpTheme } from './theme-choice.ts';
import { showNoVerdict, showVerdict } from './verdict-view.ts';

/** Pause in typing after which the text is judged: long enough not to speak of half a word. */
const TYPING_PAUSE_MS = 120;

let lastId = 0;
let typing: ReturnType<typeof setTimeout> | undefined;
/** What the findings that are shown refer to: a fix is for that text only. */
let judged = { document: '', policy: '' };

const acts = { onJump: jump, onFix: fix };
const kinds = new KindChoice(checkNow);
const editors = {
  document: new Editor({
    host: byId('document-editor', HTMLElement),
    label: 'Document, JSON',
    text: firstExample(),
    whenEmpty: 'An app, a group, a job, or variables, as JSON',
    onChange: checkSoon,
    onFix: fix,
  }),
  policy: new Editor({
    host: byId('policy-editor', HTMLElement),
    label: 'Policy, JSON; empty for the defaults',
    text: '',
    whenEmpty: 'The defaults; write a policy, or take the example',
    onChange: checkSoon,
    onFix: fix,
  }),
};
const core = new CoreClient(() => new Worker(new URL('core-worker.js', import.meta.url), { type: 'module' }), {
  onLoaded,
  onCheck,
  onFailure,
});

setUpTheme();
setUpExamples({
  onDocument: (text) => editors.document.replace(text),
  onPolicy: (text) => editors.policy.replace(text),
});
setUpSharing(() => ({ document: editors.document.text, policy: editors.policy.text, kind: kinds.name }));
byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  event.preventDefault();
  editors.document.focus();
});
byId('restart', HTMLButtonElement).addEventListener('click', () => {
  core.restart();
  checkNow();
});
addEventListener('hashchange', openLink);
checkNow();
void openLink();

function checkSoon(): void {
  markExamples(editors.document.text, editors.policy.text);
  // The link that the page was opened by no longer says what stands here.
  if (isShared(location.hash)) history.replaceState(null, '', location.pathname + location.search);
  clearTimeout(typing);
  typing = setTimeout(checkNow, TYPING_PAUSE_MS);
  setBusy(true);
}

function checkNow(): void {
  clearTimeout(typing);
  markExamples(editors.document.text, editors.policy.text);
  setBusy(true);
  lastId += 1;
  judged = { document: editors.document.text, policy: editors.policy.text };
  core.check({ id: lastId, ...judged, kind: kinds.id, now: new Date().toISOString() });
}

function onLoaded(loaded: LoadedCore): void {
  showCore(loaded);
  // A kind that a link named could not be known before.
  if (kinds.fill(loaded.description.kinds)) checkNow();
}

function onCheck(check: Check): void {
  byId('fault', HTMLElement).hidden = true;
  const policyFindings = check.configuration.findings;
  const others = check.admission?.findings ?? [];
  const leftOut = (check.configuration.findingsLeftOut ?? 0) + (check.admission?.findingsLeftOut ?? 0);
  showVerdict(check);
  showFindings([...policyFindings, ...others], leftOut, acts);
  showTasks(check.admission?.tasks ?? []);
  showPlan(check);
  // The text may have been changed meanwhile; then the next answer is on its way.
  if (editors.document.text !== judged.document || editors.policy.text !== judged.policy) return;
  editors.document.show(others.filter((finding) => finding.in === 'document'));
  editors.policy.show([...policyFindings, ...others].filter((finding) => finding.in === 'policy'));
  setBusy(false);
}

function onFailure({ code, message, documentSha256 }: CheckFailure): void {
  showNoVerdict('The core gave no answer.');
  byId('fault-message', HTMLElement).textContent = `${code}: ${message}`;
  byId('fault-document', HTMLElement).textContent =
    documentSha256 === null ? '' : `SHA-256 of the document, to report it by: ${documentSha256}`;
  byId('fault', HTMLElement).hidden = false;
  setBusy(false);
}

/** Whether the verdict is of an earlier text: a screen reader then waits for the one to come. */
function setBusy(isBusy: boolean): void {
  byId('verdict', HTMLElement).setAttribute('aria-busy', `${isBusy}`);
}

function jump(finding: Finding): void {
  if (finding.in === 'request') return;
  const [place] = placesOf(judged[finding.in], [finding]);
  if (place !== null && place !== undefined) editors[finding.in].select(place.from, place.to);
}

function fix(finding: Finding): void {
  if (finding.in === 'request' || finding.fix === undefined) return;
  const editor = editors[finding.in];
  // Positions and values of the fix belong to the text that was judged.
  if (editor.text !== judged[finding.in]) return;
  editor.edit(jsonEdits(editor.text, finding.fix) ?? []);
  editor.focus();
}

async function openLink(): Promise<void> {
  if (!isShared(location.hash)) return;
  const notice = byId('notice', HTMLElement);
  try {
    const state = await decodeState(location.hash);
    const { hash } = location;
    kinds.choose(state.kind);
    editors.policy.replace(state.policy);
    editors.document.replace(state.document);
    // Opening it is no change of what it says.
    history.replaceState(null, '', hash);
    notice.textContent = '';
    checkNow();
  } catch (error) {
    if (!(error instanceof ShareError)) throw error;
    notice.textContent = `The link could not be opened: ${error.message}.`;
  }
}
