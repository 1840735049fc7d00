/** How to undo it, say no, or have it otherwise. */
import { askAgainBox } from '../marks.ts';
import { code } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';

export function configure({ transforms }: Subject): Section {
  // Of several any can be named, as they are under what changes.
  const some = `${code(`# dockfix-ignore-file ${transforms[0]?.id ?? ''}: why`)} in a Dockerfile${transforms.length > 1 ? ', with whichever name you mean' : ''}`;
  return {
    title: 'If you want it otherwise',
    lines: [
      '- **Not at all:** close this. It is not opened again. After a merge, revert it: the same change is not proposed again.',
      `- **Only some of it:** revert a commit of this branch; dockfix leaves a branch alone once somebody else has a commit on it. Or write ${some}.`,
      '- **For the whole repository:** `dockfix.json` at its root can switch dockfix off (`{ "enabled": false }`), choose transforms (`"transforms": { "skip": ["alpine-to-slim"] }`), leave out paths (`"ignorePaths": ["legacy/**"]`), and set `labels`, `reviewers` and `baseBranch`.',
      '- While nobody else commits to this branch, dockfix brings it up to date when what it changes is changed elsewhere, and closes it when nothing is left to do.',
      '',
      `${askAgainBox} Ask for it again: with a tick here, dockfix opens a new one after this one was closed or taken back.`,
    ],
    least: 7,
  };
}
