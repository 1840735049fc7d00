/** What of a stage has no counterpart on Debian. */
import { parse } from '../../dockerfile/parse.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Obstacle } from './alpine-run.ts';
import type { World } from './plan-step.ts';
import { mentionsIn } from './alpine-words.ts';
import { textOf } from './plan-tools.ts';
import { commandOf, commandOnDebian } from './runtime.ts';
import { code, dashObstacle, otherForm } from './shell.ts';
import { alpineOnlyGroups, alpineOnlyUsers } from './users.ts';

/** Alpine's own Python, and what it is built with, by their paths. */
export const alpinesPython = /\/usr\/(?:bin\/(?:python|pip)[\d.]*(?:-config)?(?![\w/-])|include\/python\d)/;

/** Python 2 by its name. Whatever Alpine's package was called that brought it, on Debian none does. */
export const python2 = /^(?:python|pip)2(?:\.\d+)?(?:-config)?$/;

/** What dash does not take in the shell text of a stage's instructions; null if it takes all, or the shell is bash already. */
export function shellObstacle(build: SymbolicBuild, member: StageResult): string | null {
  let bash = false;
  for (const instruction of member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
    const parsed = parse(instruction, build.model.scanned);
    if (parsed.keyword === 'SHELL') bash = /(?:^|\/)bash$/.test(parsed.argv[0] ?? '');
    if (parsed.keyword === 'SHELL' && parsed.argv.some((word) => word === 'pipefail')) return bash ? null : '`set -o pipefail`';
    if (bash || instruction.json !== null) continue;
    const isText = instruction.keyword === 'RUN' || ((instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT' || instruction.keyword === 'HEALTHCHECK') && commandOf(parsed) !== null);
    if (!isText) continue;
    const obstacle = dashObstacle(textOf(instruction));
    if (obstacle !== null && belongsTo(member, instruction)) return obstacle;
  }
  return null;
}

function belongsTo(member: StageResult, instruction: Instruction): boolean {
  return member.stage.instructions.includes(instruction);
}

/** Words that only Alpine knows. */
const alpineText = /\bmusl|\balpine\b|\/etc\/apk|\/lib\/apk|\/etc\/crontabs|\/etc\/periodic|\/etc\/init\.d|\/sbin\/openrc|chromium-browser|\/usr\/lib\/chromium\b|\/etc\/nginx\/http\.d/i;

/** Programs that bind a Python program to the C library of the image: PyInstaller and Nuitka say so in their manuals. */
const binder = /\b(?:pyinstaller|nuitka|staticx|cx[-_]freeze|pyoxidizer)\b/i;

/** Why a stage cannot become one on Debian, apart from its RUNs. */
export function stageObstacles(build: SymbolicBuild, member: StageResult, world: World): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { scanned } = build.model;
  for (const instruction of member.stage.instructions) {
    const { keyword } = instruction;
    const where = `(line ${instruction.lines.start})`;
    const text = textOf(instruction);
    const parsed = parse(instruction, scanned);
    if (keyword === 'ONBUILD') obstacles.push({ reason: 'onbuild', message: `ONBUILD runs in another build, which may count on Alpine ${where}` });
    if (['RUN', 'ENV', 'ARG', 'COPY', 'ADD', 'VOLUME', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'SHELL'].includes(keyword)) {
      const plain = keyword === 'COPY' ? text.replaceAll(/--from=\S+/g, '') : keyword === 'RUN' ? code(text, true).replaceAll(/\/etc\/apk\/cache\S*/g, '').replaceAll(/(?<![\w./])(?:musl-dev|musl-utils|musl)(?![\w.])|(?<![\w./-])[\w.-]*alpine-sdk(?![\w.])/g, '') : text;
      const word = alpineText.exec(plain)?.[0];
      if (word !== undefined) obstacles.push({ reason: 'unsupported', message: `${keyword} names \`${word}\`, which is Alpine’s ${where}` });
      const bound = binder.exec(text)?.[0];
      if (bound !== undefined) obstacles.push({ reason: 'unsupported', message: `${keyword} names \`${bound}\`, which makes programs for the C library of this image ${where}` });
      const library = mentionsIn(plain).find((one) => one.kind === 'alpine' && /^\/(?:etc\/ssl\/cert|usr\/glibc|(?:usr\/)?lib)/.test(one.text))?.text;
      if (library !== undefined && word === undefined) obstacles.push({ reason: 'unsupported', message: `${keyword} names \`${library}\`, which Debian has elsewhere ${where}` });
      const form = keyword === 'ENV' || keyword === 'ARG' || keyword === 'VOLUME' ? null : otherForm(text);
      if (form !== null) obstacles.push({ reason: 'unsupported', message: `${keyword} has ${form}, which Debian’s program takes otherwise ${where}` });
      if (alpinesPython.test(text)) obstacles.push({ reason: 'unsupported', message: `${keyword} names Alpine’s own Python ${where}` });
      if (keyword === 'RUN' && /\/etc\/localtime/.test(text) && !/ln\s+-[a-eg-zA-Z]*f\w*\s+\S+\s+\/etc\/localtime/.test(text)) {
        obstacles.push({ reason: 'unsupported', message: `RUN writes /etc/localtime, which is a link in Debian: the file that it names would be written instead ${where}` });
      }
    }
    const elsewhere = movedIn(instruction, text);
    if (elsewhere !== null) obstacles.push({ reason: 'unsupported', message: `${keyword} holds \`${elsewhere}\`, which is another program in Debian ${where}` });
    const names = namesOfAccounts(parsed, text, keyword);
    for (const { user, group } of names) {
      if (user !== null && alpineOnlyUsers.has(user) && !world.accounts.has(user)) obstacles.push({ reason: 'unsupported', message: `Debian has no user ${user} ${where}` });
      if (group !== null && alpineOnlyGroups.has(group) && !world.accounts.has(group)) obstacles.push({ reason: 'unsupported', message: `Debian has no group ${group} ${where}` });
      for (const number of [user, group]) {
        if (number !== null && /^[1-9]\d{1,2}$/.test(number) && !world.numbers.has(number) && world.accounts.size > 0) obstacles.push({ reason: 'unsupported', message: `the number ${number} of a user or group may be one that Alpine gave, and Debian gives another ${where}` });
      }
    }
  }
  if (/arm\/v6/.test(member.stage.from.platform ?? '')) obstacles.push({ reason: 'base-unknown', message: 'Debian’s images are not made for arm/v6' });
  return obstacles;
}

/** Paths in the instructions of a stage of which nobody knows whether Debian has them as well. */
export function stageDoubts(member: StageResult, own: readonly string[]): readonly string[] {
  return member.stage.instructions.flatMap((instruction) => {
    if (!['ENV', 'ARG', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN'].includes(instruction.keyword)) return [];
    const text = instruction.keyword === 'RUN' ? code(textOf(instruction), true) : textOf(instruction);
    const mentions = mentionsIn(text, own).filter(({ kind }) => kind === 'unknown');
    return mentions.map((one) => `${instruction.keyword} names \`${one.text}\`, of which it is not known whether Debian has it there (line ${instruction.lines.start})`);
  });
}

/** A program of another name or place in Debian, in a command or a script that a RUN or a COPY writes by itself. */
function movedIn({ keyword, heredocs }: Instruction, text: string): string | null {
  if (keyword === 'COPY') return heredocs.some(({ content }) => /^\s*#!.*\ba?sh\b/.test(content)) ? '#!/bin/sh' : null;
  if (keyword !== 'RUN') return null;
  const lines = code(text, true).replaceAll(/\\\r?\n/g, ' ').split(/[;&|\n]/);
  const own = lines.filter((line) => !/^\s*(?:apk|adduser|addgroup)\s/.test(line));
  return own.some((line) => commandOnDebian(line) !== line) ? (/\/sbin\/tini|(?:\/sbin\/)?su-exec|\/sbin\/nologin/.exec(own.join(' '))?.[0] ?? 'ash') : null;
}

function namesOfAccounts(parsed: ReturnType<typeof parse>, text: string, keyword: string): readonly { readonly user: string | null; readonly group: string | null }[] {
  const split = (spec: string): { user: string | null; group: string | null } => {
    const [user = '', group = ''] = spec.split(':');
    return { user: user === '' ? null : user, group: group === '' ? null : group };
  };
  if (parsed.keyword === 'USER') return [split(parsed.user)];
  if ((parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.chown !== null) return [split(parsed.chown)];
  if (keyword !== 'RUN') return [];
  const found = [...text.matchAll(/(?:^|[\s;&|(])chown\s+(?:-\S+\s+)*["']?([\w.-]*(?::[\w.-]+)?)["']?/g)].map((match) => split(match[1] ?? ''));
  const groups = [...text.matchAll(/(?:^|[\s;&|(])chgrp\s+(?:-\S+\s+)*["']?([\w.-]+)/g)].map((match) => ({ user: null, group: match[1] ?? null }));
  return [...found, ...groups];
}

/** CMD, ENTRYPOINT or HEALTHCHECK with programs where Debian has them. */
export function settingOnDebian(text: string): string {
  return commandOnDebian(text);
}
