/**
 * What the page of a report does in the browser. The text of this function is put into the page, so it uses nothing from
 * outside of it. All that comes from repositories gets into the page as text, never as markup.
 */
import type { RepositoryReport } from './bulk.ts';
import type { FileReport, FixReport, RefusalReport } from './report.ts';

export function page(): void {
  /** Rows that are made at once; more are made when the last of them comes into view. */
  const portion = 100;
  const narrow = matchMedia('(max-width: 60rem)');

  const repositories = [...document.querySelectorAll('script.repository')].map((script) => JSON.parse(script.textContent ?? '') as RepositoryReport);
  const controls = {
    search: control('search'),
    status: control('status'),
    transform: control('transform'),
    safety: control('safety'),
    reason: control('reason'),
  };
  const list = byId('list');
  const shown = byId('shown');
  const more = byId('more');

  let matching: readonly RepositoryReport[] = [];
  let rows = 0;
  /** Were all asked to be open? Rows that are made later are opened as well. */
  let areOpen = false;

  fillControls();
  for (const one of Object.values(controls)) one.addEventListener('input', update);
  for (const tile of document.querySelectorAll<HTMLButtonElement>('button[data-status]')) {
    tile.addEventListener('click', () => {
      const status = tile.dataset['status'] ?? '';
      controls.status.value = controls.status.value === status ? '' : status;
      update();
    });
  }
  byId('reset').addEventListener('click', () => {
    for (const one of Object.values(controls)) one.value = '';
    update();
  });
  byId('open').addEventListener('click', () => openAll(true));
  byId('close').addEventListener('click', () => openAll(false));
  narrow.addEventListener('change', () => {
    for (const details of list.querySelectorAll<HTMLDetailsElement>('details[open]')) fill(details);
  });
  new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) addRows();
  }, { rootMargin: '600px' }).observe(more);
  update();

  // ------------------------------------------------------------------------------------------------------------- filters

  function fillControls(): void {
    addChoices(controls.transform, ({ files }) => files.flatMap((file) => [...fixesOf(file), ...refusalsOf(file)].map(({ transform }) => transform)));
    addChoices(controls.safety, ({ files }) => files.flatMap((file) => fixesOf(file).map(({ safety }) => safety)));
    addChoices(controls.reason, ({ files }) => files.flatMap((file) => refusalsOf(file).map(({ reason }) => reason)));
    addChoices(controls.status, ({ status }) => [status], wordFor);
  }

  /** Each with the number of repositories that have it, which is how many are shown when it is chosen. */
  function addChoices(select: HTMLInputElement | HTMLSelectElement, valuesOf: (repository: RepositoryReport) => readonly string[], written: (value: string) => string = (value) => value): void {
    const counts = new Map<string, number>();
    for (const value of repositories.flatMap((repository) => [...new Set(valuesOf(repository))])) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const [value, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const option = element('option', '', `${written(value)} (${count})`);
      option.setAttribute('value', value);
      select.append(option);
    }
  }

  /** As its tile says it. */
  function wordFor(status: string): string {
    return document.querySelector(`button[data-status="${status}"] span`)?.textContent ?? status;
  }

  function fixesOf({ fixes, heldBack }: FileReport): readonly FixReport[] {
    return [...fixes, ...heldBack];
  }

  function refusalsOf({ refusals }: FileReport): readonly RefusalReport[] {
    return refusals.filter(isSaid);
  }

  function isSaid({ level }: RefusalReport): boolean {
    return level !== 'info';
  }

  /** What was chosen of transform, safety and reason: a question about a file each. A repository answers to all of them, by one file or several. */
  function questions(): readonly ((file: FileReport) => boolean)[] {
    const [transform, safety, reason] = [controls.transform.value, controls.safety.value, controls.reason.value];
    const isOf = (finding: FixReport | RefusalReport): boolean => transform === '' || finding.transform === transform;
    const asked: ((file: FileReport) => boolean)[] = [];
    if (safety !== '') asked.push((file) => fixesOf(file).some((fix) => isOf(fix) && fix.safety === safety));
    if (reason !== '') asked.push((file) => refusalsOf(file).some((refusal) => isOf(refusal) && refusal.reason === reason));
    if (asked.length === 0 && transform !== '') asked.push((file) => [...fixesOf(file), ...refusalsOf(file)].some(isOf));
    return asked;
  }

  function fileMatches(file: FileReport): boolean {
    const asked = questions();
    return asked.length === 0 || asked.some((holds) => holds(file));
  }

  function repositoryMatches(repository: RepositoryReport): boolean {
    const words = controls.search.value.toLowerCase().trim();
    if (controls.status.value !== '' && repository.status !== controls.status.value) return false;
    if (words !== '' && !`${repository.path}\n${repository.address ?? ''}`.toLowerCase().includes(words)) return false;
    return questions().every((holds) => repository.files.some(holds));
  }

  function update(): void {
    matching = repositories.filter(repositoryMatches);
    rows = 0;
    areOpen = false;
    list.replaceChildren();
    shown.textContent = matching.length === repositories.length ? `${repositories.length} repositories` : `${matching.length} of ${repositories.length} repositories`;
    for (const tile of document.querySelectorAll<HTMLButtonElement>('button[data-status]')) tile.setAttribute('aria-pressed', `${(tile.dataset['status'] ?? '') === controls.status.value}`);
    addRows();
  }

  // ---------------------------------------------------------------------------------------------------------------- rows

  function addRows(): void {
    const next = matching.slice(rows, rows + portion);
    list.append(...next.map(rowOf));
    rows += next.length;
    more.hidden = rows >= matching.length;
  }

  function rowOf(repository: RepositoryReport): HTMLElement {
    const details = document.createElement('details');
    details.dataset['index'] = `${repositories.indexOf(repository)}`;
    const summary = element('summary', '', '');
    const names = [...new Set(repository.files.flatMap(({ fixes }) => fixes.map(({ transform }) => transform)))];
    summary.append(element('span', `status ${repository.status}`, wordFor(repository.status)), element('span', 'path', repository.path), ...names.map((name) => element('span', 'tag', name)));
    if (repository.address !== undefined) summary.append(element('span', 'address', repository.address));
    details.append(summary);
    details.addEventListener('toggle', () => {
      if (details.open) fill(details);
      else details.lastElementChild?.replaceChildren();
    });
    details.append(element('div', 'content', ''));
    details.open = areOpen;
    return details;
  }

  function openAll(open: boolean): void {
    areOpen = open;
    for (const details of list.querySelectorAll('details')) details.open = open;
  }

  /** What is in a row is made when it is opened. */
  function fill(details: HTMLDetailsElement): void {
    const repository = repositories[Number(details.dataset['index'])];
    if (repository === undefined) return;
    const files = repository.files.filter((file) => fileMatches(file) && (file.changed || file.message !== undefined || file.heldBack.length > 0 || refusalsOf(file).length > 0));
    const content = [
      ...repository.errors.map(({ path, message, code }) => element('p', 'finding error', `${path === '' ? '' : `${path}: `}${message} [${code}]`)),
      ...repository.notes.map((note) => element('p', 'finding', note)),
      ...repository.commits.map(({ id, subject }) => element('p', 'finding', `commit ${id.slice(0, 12)}: ${subject}`)),
      ...files.map(fileSection),
    ];
    details.lastElementChild?.replaceChildren(...(content.length === 0 ? [element('p', 'finding', 'Nothing to do.')] : content));
  }

  function fileSection(file: FileReport): HTMLElement {
    const section = element('section', '', '');
    section.append(element('h3', '', `${file.path}${file.changed ? '' : ` (${file.status})`}`));
    if (file.message !== undefined) section.append(element('p', 'finding', file.message));
    section.append(
      ...file.fixes.map((fix) => fixOf(fix, 'fix')),
      ...file.heldBack.map((fix) => fixOf(fix, 'held back')),
      ...refusalsOf(file).map(({ transform, reason, message, line }) => finding('left alone', `line ${line}, ${transform} [${reason}]: ${message}`, 'refused')),
    );
    if (file.diff !== undefined) section.append(diffOf(file.diff));
    return section;
  }

  function fixOf({ transform, safety, message, line, claims }: FixReport, word: string): HTMLElement {
    const one = finding(word, `line ${line}, ${transform} (${safety}): ${message}`, safety);
    const items = claims.map((claim) => element('li', '', claim.message));
    if (items.length > 0) {
      const claimed = element('ul', '', '');
      claimed.append(...items);
      one.append(claimed);
    }
    return one;
  }

  function finding(word: string, text: string, kind: string): HTMLElement {
    const one = element('div', `finding ${kind}`, '');
    one.append(element('b', '', word), ' ', ...prose(text));
    return one;
  }

  /** A message: what it has between backticks is code. Without its partner a backtick is a character like others. */
  function prose(text: string): readonly (HTMLElement | string)[] {
    const pieces = text.split('`');
    return pieces.length % 2 === 0 ? [text] : pieces.map((piece, index) => (index % 2 === 1 ? element('code', '', piece) : piece));
  }

  // --------------------------------------------------------------------------------------------------------------- diffs

  interface Line {
    readonly number: number;
    readonly text: string;
  }

  /** One line of the picture; null where a side has none. A hunk's head is neither. */
  interface Row {
    readonly kind: 'same' | 'changed' | 'hunk';
    readonly before: Line | null;
    readonly after: Line | null;
  }

  function diffOf(diff: string): HTMLElement {
    const pairs = rowsOf(diff);
    const table = element('table', narrow.matches ? 'diff one' : 'diff two', '');
    table.setAttribute('aria-label', 'Differences');
    const body = document.createElement('tbody');
    body.append(...(narrow.matches ? stacked(pairs) : pairs.map(beside)));
    table.append(body);
    return table;
  }

  /** From a unified diff: what was removed stands beside what was added in its place. */
  function rowsOf(diff: string): readonly Row[] {
    const found: Row[] = [];
    let removed: Line[] = [];
    let added: Line[] = [];
    let before = 0;
    let after = 0;
    let isInHunk = false;
    const flush = (): void => {
      for (let index = 0; index < Math.max(removed.length, added.length); index += 1) found.push({ kind: 'changed', before: removed[index] ?? null, after: added[index] ?? null });
      removed = [];
      added = [];
    };
    const lines = diff.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? [];
      if (oldStart !== undefined && newStart !== undefined) {
        flush();
        if (isInHunk) found.push({ kind: 'hunk', before: null, after: null });
        isInHunk = true;
        before = Number(oldStart);
        after = Number(newStart);
        continue;
      }
      if (!isInHunk) continue;
      const text = line.slice(1);
      if (line.startsWith('-')) removed.push({ number: before++, text });
      else if (line.startsWith('+')) added.push({ number: after++, text });
      else if (line.startsWith(' ')) {
        flush();
        found.push({ kind: 'same', before: { number: before++, text }, after: { number: after++, text } });
      }
    }
    flush();
    return found;
  }

  function beside({ kind, before, after }: Row): HTMLElement {
    const row = element('tr', kind, '');
    if (kind === 'hunk') row.append(gap(4));
    else row.append(...cells(before, kind === 'changed' ? 'removed' : 'same'), ...cells(after, kind === 'changed' ? 'added' : 'same'));
    return row;
  }

  /** One column: of each change first all that was removed, then all that was added. */
  function stacked(pairs: readonly Row[]): readonly HTMLElement[] {
    const made: HTMLElement[] = [];
    let added: HTMLElement[] = [];
    for (const { kind, before, after } of pairs) {
      if (kind === 'changed') {
        if (before !== null) made.push(lineRow(kind, before, 'removed'));
        if (after !== null) added.push(lineRow(kind, after, 'added'));
        continue;
      }
      made.push(...added);
      added = [];
      if (after !== null) made.push(lineRow(kind, after, 'same'));
      else {
        const row = element('tr', kind, '');
        row.append(gap(2));
        made.push(row);
      }
    }
    return [...made, ...added];
  }

  function lineRow(kind: string, line: Line, sort: string): HTMLElement {
    const row = element('tr', kind, '');
    row.append(...cells(line, sort));
    return row;
  }

  function gap(columns: number): HTMLElement {
    const cell = element('td', '', '⋯');
    cell.setAttribute('colspan', `${columns}`);
    return cell;
  }

  function cells(line: Line | null, sort: string): readonly HTMLElement[] {
    const kind = line === null ? 'none' : sort;
    const mark = kind === 'removed' ? '-' : kind === 'added' ? '+' : ' ';
    return [element('td', `number ${kind}`, line === null ? '' : `${line.number}`), element('td', `text ${kind}`, line === null ? '' : `${mark}${line.text}`)];
  }

  // ------------------------------------------------------------------------------------------------------------ elements

  function element(tag: string, kind: string, text: string): HTMLElement {
    const one = document.createElement(tag);
    if (kind !== '') one.className = kind;
    one.textContent = text;
    return one;
  }

  function byId(id: string): HTMLElement {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`no #${id}`);
    return found;
  }

  function control(id: string): HTMLInputElement | HTMLSelectElement {
    return byId(id) as HTMLInputElement | HTMLSelectElement;
  }
}
