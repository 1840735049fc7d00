import { describe, expect, test } from 'vitest';

import { noConfig } from '../src/pr/config.ts';
import type { Changes, Decision, OwnBranch, Situation } from '../src/pr/decide.ts';
import { decide, decideBeforehand, renewed } from '../src/pr/decide.ts';
import type { BranchCommit, PullRequest, RepositoryFacts } from '../src/pr/forge.ts';
import { limitsOf } from '../src/pr/limits.ts';
import type { Marks } from '../src/pr/marks.ts';
import { askAgainBox, asksAgain, digest, readMarks, withMarks, writeMarks } from '../src/pr/marks.ts';

const author = 'dockfix@example.org';
const repository: RepositoryFacts = { name: 'o/r', id: 'o/r', webUrl: 'https://forge/o/r', gitUrl: 'https://forge/o/r.git', defaultBranch: 'main', isArchived: false, isFork: false, canPush: true };
const title = 'Repair the Dockerfile';
const marks: Marks = { change: digest('change'), text: digest('text'), title: digest(title), isSetUp: true, isClosed: false };
const bodyWith = (other: Partial<Marks> = {}, box = askAgainBox): string => `text\n\n${box} again\n${writeMarks({ ...marks, ...other })}`;
const ticked = askAgainBox.replace('[ ]', '[x]');
const changes: Changes = { kind: 'changes', baseCommit: 'base', change: marks.change };
const other: Changes = { ...changes, change: digest('other') };
const nothing = { kind: 'nothing', because: 'nothing is left to do' } as const;

function commit(authorEmail = author, committerEmail = authorEmail): BranchCommit {
  return { id: 'c', authorEmail, committerEmail };
}
const branch: OwnBranch = { head: 'head', mergeBase: 'base', change: marks.change, commits: [commit(), commit()] };
const behind: OwnBranch = { ...branch, mergeBase: 'older' };

function pull(state: PullRequest['state'], other: Partial<PullRequest> = {}): PullRequest {
  return { number: 7, url: 'https://forge/o/r/pull/7', state, title, body: bodyWith(), base: 'main', createdAt: 0, ...other };
}

const usual: Situation = { repository, isListed: false, usesFork: false, branchName: 'dockfix/dockerfile-cache', pullRequests: [], config: noConfig, base: 'main', result: changes, branch: null, rebaseWhen: 'conflicted', authorEmail: author, limit: null };

/** A decision on one line. */
function inWords(decision: Decision): string {
  if (decision.do === 'create') return `create${decision.push ? ', push' : ''}`;
  if (decision.do === 'update') return [`update ${decision.number}`, ...(decision.push ? ['push'] : []), ...(decision.renew ? ['text'] : []), ...(decision.base === null ? [] : [decision.base]), ...(decision.setUp ? ['set up'] : [])].join(', ');
  if (decision.do === 'close') return `close${decision.number === null ? '' : ` ${decision.number}`}${decision.deletesBranch ? ', delete branch' : ''}: ${decision.because}`;
  return `${decision.do}: ${decision.because}`;
}

const closed = 'leave: https://forge/o/r/pull/7 was closed by a person; who wants it after all reopens it, or ticks the box at its end';
const upToDate = 'nothing: https://forge/o/r/pull/7 is up to date';
const reverted = 'leave: the same change was merged in https://forge/o/r/pull/7 and taken back since; who wants it after all ticks the box at its end';
const foreign = (whose: string): string => `leave: its branch has ${whose}; dockfix goes on once they are gone, or the branch is`;
const open = [pull('open')];

const cases: Readonly<Record<string, readonly (readonly [what: string, situation: Partial<Situation>, decision: string])[]>> = {
  'which repositories': [
    ['archived', { repository: { ...repository, isArchived: true } }, 'skip: it is archived, or takes no pull requests'],
    ['empty', { repository: { ...repository, defaultBranch: null } }, 'skip: it is empty'],
    ['one whose default branch is ours', { branchName: 'main' }, 'fail: main is its default branch: --branch has to name another'],
    ['the same, and another is repaired', { branchName: 'main', base: 'develop', branch: { ...branch, commits: [] } }, 'fail: main is its default branch: --branch has to name another'],
    ['a fork that is listed', { repository: { ...repository, isFork: true }, isListed: true }, 'skip: it is a fork'],
    ['a fork that is named', { repository: { ...repository, isFork: true } }, 'create, push'],
    ['no permission', { repository: { ...repository, canPush: false } }, 'fail: the token may not push to it (with --fork, the pull request comes from a fork)'],
    ['no permission, listed', { repository: { ...repository, canPush: false }, isListed: true }, 'skip: the token may not push to it (with --fork, the pull request comes from a fork)'],
    ['no permission, from a fork', { repository: { ...repository, canPush: false }, usesFork: true }, 'create, push'],
  ],
  'what the repository says': [
    ['a broken dockfix.json', { config: { kind: 'broken', message: 'dockfix.json:3: no' } }, 'leave: dockfix.json:3: no'],
    ['a broken dockfix.json, and a pull request', { config: { kind: 'broken', message: 'dockfix.json:3: no' }, pullRequests: open, branch, result: nothing }, 'leave: dockfix.json:3: no'],
    ['our branch as the one to repair', { base: 'dockfix/dockerfile-cache', config: { ...noConfig, baseBranch: 'dockfix/dockerfile-cache' }, branch: { ...branch, commits: [] } }, 'leave: dockfix.json: the branch dockfix/dockerfile-cache (baseBranch) is dockfix’s own'],
    ['switched off', { config: { ...noConfig, enabled: false } }, 'nothing: dockfix.json switches dockfix off'],
    ['switched off, with a pull request', { config: { ...noConfig, enabled: false }, pullRequests: open, branch }, 'close 7, delete branch: dockfix.json switches dockfix off'],
  ],
  'a first run': [
    ['nothing to do', { result: nothing }, 'nothing: nothing is left to do'],
    ['something to do', {}, 'create, push'],
    ['it failed', { result: { kind: 'failed', because: 'no' } }, 'fail: no'],
    ['it failed, and there is a pull request', { result: { kind: 'failed', because: 'no' }, pullRequests: open, branch }, 'fail: no'],
    ['the limit is reached', { limit: 'later' }, 'wait: later'],
    ['the branch was pushed and no pull request opened', { branch }, 'create'],
    ['the same, and the base has moved', { branch: behind }, 'create'],
    ['the same, and branches are to follow their base', { branch: behind, rebaseWhen: 'behind-base-branch' }, 'create, push'],
    ['the same, and the fix is another one', { branch, result: other }, 'create, push'],
    ['the same, and nothing is left to do', { branch, result: nothing }, 'close, delete branch: nothing is left to do; its branch is deleted'],
    ['a branch of somebody without a commit', { branch: { ...branch, commits: [], change: digest('') }, result: nothing }, 'nothing: nothing is left to do'],
    ['the same, and something to do', { branch: { ...branch, commits: [], change: digest('') } }, 'create, push'],
  ],
  'a pull request is open': [
    ['as it should be', { pullRequests: open, branch }, upToDate],
    ['the limit does not matter', { pullRequests: open, branch, limit: 'later' }, upToDate],
    ['the base has moved', { pullRequests: open, branch: behind }, upToDate],
    ['the base has moved, and branches are to follow it', { pullRequests: open, branch: behind, rebaseWhen: 'behind-base-branch' }, 'update 7, push, text'],
    ['branches are to follow their base, which has not moved', { pullRequests: open, branch, rebaseWhen: 'behind-base-branch' }, upToDate],
    ['the fix changed', { pullRequests: open, branch, result: other }, 'update 7, push, text'],
    ['the base has moved, and the fix changed', { pullRequests: open, branch: behind, result: other }, 'update 7, push, text'],
    ['nobody can say what the branch changes', { pullRequests: open, branch: { ...behind, change: null } }, 'update 7, push, text'],
    ['the branch is gone', { pullRequests: open, branch: null }, 'update 7, push, text'],
    ['a run was ended before the text was changed', { pullRequests: open, branch: { ...branch, change: other.change }, result: other }, 'update 7, text'],
    ['a person replaced the text', { pullRequests: [pull('open', { body: 'mine' })], branch }, upToDate],
    ['a person replaced the text, and the fix changed', { pullRequests: [pull('open', { body: 'mine' })], branch, result: other }, 'update 7, push'],
    ['another base branch', { pullRequests: open, branch, base: 'develop' }, 'update 7, develop'],
    ['labels are missing, because a run was ended', { pullRequests: [pull('open', { body: bodyWith({ isSetUp: false }) })], branch }, 'update 7, set up'],
    ['nothing is left to do', { pullRequests: open, branch, result: nothing }, 'close 7, delete branch: nothing is left to do'],
    ['the same, and the branch is gone', { pullRequests: open, result: nothing }, 'close 7: nothing is left to do'],
    ['reopened after dockfix closed it', { pullRequests: [pull('open', { body: bodyWith({ isClosed: true }) })], branch }, 'update 7, text'],
    ['an older one was closed by a person', { pullRequests: [pull('open', { number: 9, url: 'https://forge/o/r/pull/9' }), pull('closed')], branch }, 'nothing: https://forge/o/r/pull/9 is up to date'],
    ['a newer one was closed by a person', { pullRequests: [pull('closed', { number: 9 }), pull('open')], branch }, upToDate],
  ],
  'others have a say': [
    ['a commit by another', { pullRequests: open, branch: { ...branch, commits: [commit(), commit('a@b')] } }, foreign('commits by a@b')],
    ['changed by another', { pullRequests: open, branch: { ...branch, commits: [commit(author, 'a@b')] } }, foreign('commits by a@b')],
    ['a merge on the forge', { pullRequests: open, branch: { ...branch, commits: [commit(), commit('a@b', 'noreply@github.com')] } }, foreign('commits by a@b, noreply@github.com')],
    ['more commits than dockfix makes', { pullRequests: open, branch: { ...branch, commits: null } }, foreign('a history that is not dockfix’s')],
    ['nothing is left to do', { pullRequests: open, branch: { ...branch, commits: [commit('a@b')] }, result: nothing }, foreign('commits by a@b')],
    ['no pull request', { branch: { ...branch, commits: [commit('a@b')] } }, foreign('commits by a@b')],
    ['the author in other letters', { pullRequests: open, branch: { ...branch, commits: [commit('Dockfix@Example.org')] } }, upToDate],
  ],
  'none is open any more': [
    ['a person closed it', { pullRequests: [pull('closed')], branch }, closed],
    ['a person closed it, and the fix changed', { pullRequests: [pull('closed')], branch, result: other }, closed],
    ['a person closed it and deleted the branch', { pullRequests: [pull('closed')] }, closed],
    ['a person closed it, and nothing is left to do', { pullRequests: [pull('closed')], branch, result: nothing }, closed],
    ['a person closed one that a person wrote', { pullRequests: [pull('closed', { body: 'mine' })], branch }, closed],
    ['a person asks for it again', { pullRequests: [pull('closed', { body: bodyWith({}, ticked) })], branch }, 'create'],
    ['the same without the branch', { pullRequests: [pull('closed', { body: bodyWith({}, ticked) })] }, 'create, push'],
    ['asked for again, and closed once more', { pullRequests: [pull('closed', { number: 9, url: 'https://forge/o/r/pull/7' }), pull('closed', { body: bodyWith({}, ticked) })] }, closed],
    ['dockfix closed it', { pullRequests: [pull('closed', { body: bodyWith({ isClosed: true }) })] }, 'create, push'],
    ['dockfix closed it, and was ended before the branch was gone', { pullRequests: [pull('closed', { body: bodyWith({ isClosed: true }) })], branch, result: nothing }, 'close, delete branch: nothing is left to do; its branch is deleted'],
    ['dockfix closed it, and nothing is to do', { pullRequests: [pull('closed', { body: bodyWith({ isClosed: true }) })], result: nothing }, 'nothing: nothing is left to do'],
    ['merged', { pullRequests: [pull('merged')], result: nothing }, 'nothing: nothing is left to do'],
    ['merged, and the branch is left', { pullRequests: [pull('merged')], branch: { ...branch, commits: [] }, result: nothing }, 'close, delete branch: nothing is left to do; its branch is deleted'],
    ['merged, and there is something new', { pullRequests: [pull('merged')], result: other }, 'create, push'],
    ['merged and taken back', { pullRequests: [pull('merged')] }, reverted],
    ['merged and taken back, and another one was merged since', { pullRequests: [pull('merged', { number: 9, body: bodyWith({ change: digest('newer') }) }), pull('merged')] }, reverted],
    ['merged, taken back, and asked for again', { pullRequests: [pull('merged', { body: bodyWith({}, ticked) })] }, 'create, push'],
    ['the limit is reached', { pullRequests: [pull('closed', { body: bodyWith({ isClosed: true }) })], limit: 'later' }, 'wait: later'],
  ],
};

describe.each(Object.entries(cases))('%s', (_, rows) => {
  test.each(rows)('%s', (_, situation, decision) => {
    expect(inWords(decide({ ...usual, ...situation }))).toBe(decision);
  });
});

test('what needs no look at the files is decided without', () => {
  const early = (situation: Partial<Situation>): string => {
    const decision = decideBeforehand({ ...usual, ...situation });
    return decision === null ? 'look' : inWords(decision);
  };
  expect(early({ pullRequests: [pull('closed')] })).toBe(closed);
  expect([early({}), early({ pullRequests: open }), early({ pullRequests: [pull('merged')] }), early({ pullRequests: [pull('closed', { body: bodyWith({ isClosed: true }) })] })]).toEqual(['look', 'look', 'look', 'look']);
});

describe('a text that is written anew', () => {
  const another = { title: 'New', body: bodyWith({ change: other.change, text: digest('other'), title: digest('New') }) };
  const rows: readonly (readonly [what: string, current: PullRequest, wanted: { readonly title: string; readonly body: string }, change: object])[] = [
    ['is the same', pull('open'), { title, body: bodyWith() }, {}],
    ['is another one', pull('open'), another, another],
    ['is the same for another change', pull('open'), { title, body: bodyWith({ change: other.change }) }, { body: bodyWith({ change: other.change }) }],
    ['a person wrote into it', pull('open', { body: `${bodyWith()}\r\nNote` }), { title, body: bodyWith() }, {}],
    ['a person replaced it', pull('open', { body: 'mine' }), another, {}],
    ['a person gave it a title', pull('open', { title: 'Mine' }), another, { body: another.body }],
    ['a draft of GitLab', pull('open', { title: `Draft: ${title}` }), another, { title: 'Draft: New', body: another.body }],
    ['only the title is another one', pull('open'), { title: 'New', body: bodyWith({ title: digest('New') }) }, { title: 'New', body: bodyWith({ title: digest('New') }) }],
    ['dockfix closed it, and a person opened it again', pull('open', { body: bodyWith({ isClosed: true }) }), { title, body: bodyWith() }, { body: bodyWith() }],
    ['labels are missing', pull('open', { body: bodyWith({ isSetUp: false }) }), another, { title: 'New', body: withMarks(another.body, { isSetUp: false }) }],
  ];
  test.each(rows)('%s', (_, current, wanted, change) => expect(renewed(current, wanted)).toEqual(change));
});

test('marks are read as they were written, also where a forge has changed the line ends', () => {
  for (const one of [marks, { ...marks, isSetUp: false }, { ...marks, isClosed: true, isSetUp: false }]) expect(readMarks(`a\r\n${writeMarks(one)}\r\n`)).toEqual(one);
  expect(readMarks('text')).toBeNull();
  expect([`${askAgainBox} x`, `a\r\n${ticked} x\r\n`, `  ${ticked.replace('[x]', '[X]')}`, `\`${ticked}\``].map(asksAgain)).toEqual([false, true, true, false]);
});

test('limits count what is open and what is new, and what is opened meanwhile', () => {
  const now = 10 * 60 * 60_000;
  const existing = [pull('open', { createdAt: now - 2 * 60 * 60_000 }), pull('merged', { createdAt: now - 59 * 60_000 }), pull('closed', { createdAt: 0 })];
  expect(limitsOf(null, null, existing, now).why()).toBeNull();
  expect(limitsOf(1, null, existing, now).why()).toBe('1 pull request of dockfix’s is open (--max-prs 1)');
  expect(limitsOf(null, 1, existing, now).why()).toBe('1 pull request of dockfix’s was opened within the last hour (--per-hour 1)');
  const limits = limitsOf(2, 3, existing, now);
  expect(limits.why()).toBeNull();
  limits.take();
  expect(limits.why()).toBe('2 pull requests of dockfix’s are open (--max-prs 2)');
  limits.giveBack();
  expect(limits.why()).toBeNull();
  expect(limitsOf(0, null, [], now).why()).toBe('0 pull requests of dockfix’s are open (--max-prs 0)');
});
