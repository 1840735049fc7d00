import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsRegion, baseSymbol, osRegion, readable, symbol } from '../src/build/places.ts';
import type { Effect, ImageView, Outcome } from '../src/commands/command.ts';
import { callOf, dependenciesOnlyOf, effectsOf, isPackageManager, isLeftover, isSystemTool, tools } from '../src/commands/index.ts';
import { onlyLooks } from '../src/commands/observers.ts';
import { onlyEdits } from '../src/commands/sed.ts';
import type { Word } from './support/image-view.ts';
import { argument, imageView } from './support/image-view.ts';

// ------------------------------------------------------------------------------------------------------ helpers

const root = imageView();
const asApp = imageView({ user: 'app', home: '/home/app' });
const args = (...words: readonly Word[]) =>
  words.flatMap((word): readonly Word[] => (typeof word === 'string' ? word.split(/\s+/).filter((part) => part !== '') : [word])).map((word) => argument(word));

function outcome(view: ImageView, ...words: readonly Word[]): Outcome {
  return effectsOf(callOf(args(...words), { start: 0, end: 0 }), view);
}

/** The effect of a command; before it there may be one that only tells whether it succeeds. */
function effect(view: ImageView, ...words: readonly Word[]): Effect {
  const found = outcome(view, ...words);
  if (found.kind === 'opaque') throw new Error(`opaque: ${found.because}`);
  const last = found.effects.at(-1);
  if (!last) throw new Error('no effect');
  for (const other of found.effects.slice(0, -1)) expect(other).toMatchObject({ kind: 'run', writes: [] });
  return last;
}

function reason(view: ImageView, ...words: readonly Word[]): string {
  const found = outcome(view, ...words);
  return found.kind === 'opaque' ? found.because : `understood: ${found.effects.map(({ does }) => does).join(', ')}`;
}

const shown = (path: string) => readable(path).replaceAll('\u0000', '#');

/** `edit /a/**`, with `owner` or `mode` if only that changes. */
function writes(view: ImageView, ...words: readonly Word[]): readonly string[] {
  return effect(view, ...words).writes.map(
    ({ place, how, only, from }) => `${how}${only ? ` ${only} of` : ''} ${shown(place.path)}${place.deep ? '/**' : ''}${from === undefined ? '' : ` from ${from}`}`,
  );
}

function allReads(view: ImageView, ...words: readonly Word[]): readonly string[] {
  return effect(view, ...words).reads.map(({ path, deep }) => shown(path) + (deep ? '/**' : ''));
}

/** Without what packages bring, which has tests of its own. */
function reads(view: ImageView, ...words: readonly Word[]): readonly string[] {
  return allReads(view, ...words).filter((place) => !/#(?:os|python)$/.test(place));
}

const glob = (text: string): Word => ({ text, raw: text, glob: true });
const unknown = (raw: string): Word => ({ text: 'opaque', raw, known: false });
const arg = (name: string, rest = ''): Word => ({ text: symbol(name) + rest, raw: `$${name}${rest}` });

// ------------------------------------------------------------------------------------------------------ wrappers

describe('callOf', () => {
  const spelled = (...words: readonly Word[]) => {
    const { program, programPath, interpreter, args: rest, assignments, asRoot } = callOf(args(...words), { start: 0, end: 0 });
    return [program, programPath, interpreter, rest.map(({ text }) => text).join(' '), assignments.map((pair) => pair.join('=')).join(' '), asRoot];
  };

  it.each([
    ['pip install x', ['pip', null, null, 'install x', '', false]],
    ['/opt/venv/bin/pip install x', ['pip', '/opt/venv/bin/pip', null, 'install x', '', false]],
    ['python3.11 -m pip install x', ['pip', null, 'python3.11', 'install x', '', false]],
    ['/v/bin/python -u -m pip -q install', ['pip', null, '/v/bin/python', '-q install', '', false]],
    ['python -mpip install', ['pip', null, 'python', 'install', '', false]],
    ['python -m http.server', ['python', null, null, '-m http.server', '', false]],
    ['python -m rm x', ['python', null, null, '-m rm x', '', false]],
    ['python manage.py -m pip', ['python', null, null, 'manage.py -m pip', '', false]],
    ['python -c x -m pip', ['python', null, null, '-c x -m pip', '', false]],
    ['sudo -EH pip install x', ['pip', null, null, 'install x', '', true]],
    ['sudo -u root A=b rm x', ['rm', null, null, 'x', 'A=b', true]],
    ['sudo -u app pip install x', ['sudo', null, null, '-u app pip install x', '', false]],
    ['sudo -i', ['sudo', null, null, '-i', '', false]],
    ['env A=b C= D=e=f pip install x', ['pip', null, null, 'install x', 'A=b C= D=e=f', false]],
    ['env -i pip install x', ['env', null, null, '-i pip install x', '', false]],
    ['env A=b', ['env', null, null, 'A=b', '', false]],
    ['timeout -k 5 60s nice -n 10 rm -f x', ['rm', null, null, '-f x', '', false]],
    ['timeout 60', ['timeout', null, null, '60', '', false]],
    ['time -p stdbuf -oL nohup command rm x', ['rm', null, null, 'x', '', false]],
    ['command -v pip', ['command', null, null, '-v pip', '', false]],
    ['xvfb-run rm x', ['xvfb-run', null, null, 'rm x', '', false]],
    ['env env sudo env A=1 env B=2 ls', ['ls', null, null, '', 'A=1 B=2', true]],
  ])('%s', (text, expected) => {
    expect(spelled(text)).toEqual(expected);
  });

  it('keeps a wrapper on whose assignment is not known, and never takes an unknown program for a known one', () => {
    expect(callOf(args('env', { text: 'A=opaque', raw: 'A=$(x)', known: false }, 'ls'), { start: 0, end: 0 })).toMatchObject({ program: 'env', assignments: [] });
    expect(reason(root, { text: 'rm', raw: '$(echo rm)', known: false }, 'x')).toBe('dockfix does not know what `$(echo rm)` does');
    expect(reason(root, { text: symbol('CMD'), raw: '$CMD' }, 'x')).toBe('dockfix does not know what `$CMD` does');
    expect(reason(root)).toBe('an empty command');
  });
});

describe('effectsOf', () => {
  it.each([
    ['make', 'dockfix does not know what `make` does'],
    ['./rm x', 'dockfix does not know what `./rm` does'],
    ['scripts/install x', 'dockfix does not know what `scripts/install` does'],
    ['bin/cp a b', 'dockfix does not know what `bin/cp` does'],
    ['/opt/bin/cp a b', 'dockfix does not know what `/opt/bin/cp` does'],
    ['build', 'dockfix does not know what `build` does'],
    ['bash -lc ls', '`bash -c` runs a nested shell'],
    ['sh x.sh', '`sh` runs a script that dockfix does not read'],
    ['xargs rm', '`xargs` runs a command on what it reads'],
    ['exec rm x', '`exec` replaces the shell'],
    ['env -u A rm x', '`env` in a form that dockfix does not read'],
    ['sudo -u app rm x', '`sudo` in a form that dockfix does not read'],
  ])('%s: %s', (text, expected) => {
    expect(reason(root, text)).toBe(expected);
  });

  it('lets every program on PATH tell its version', () => {
    expect(effect(root, 'cargo --version')).toMatchObject({ kind: 'run', writes: [] });
    expect(effect(root, 'curl --version')).toMatchObject({ kind: 'run', writes: [] });
    expect(allReads(imageView({ variables: { PATH: '/bin' } }), 'cargo --version')).toEqual(['/#os', '/bin/cargo', '/#python']);
    for (const text of ['./cargo --version', '/opt/bin/cargo --help', 'cargo --version x', 'cargo version']) expect(outcome(root, text).kind).toBe('opaque');
  });

  it('knows system programs by their path in the system', () => {
    expect(writes(root, '/bin/rm -f /x')).toEqual(['remove /x/**']);
    expect(writes(root, '/usr/bin/touch /x')).toEqual(['set /x']);
  });

  it('lets sudo count as nothing for root, and as an edit for others', () => {
    expect(writes(root, 'sudo mkdir -p /x')).toEqual(['make-directory /x']);
    expect(effect(asApp, 'sudo mkdir -p /x').does).toBe('sudo mkdir -p /x');
    expect(writes(asApp, 'sudo mkdir -p /x')).toEqual(['edit /x']);
    expect(writes(asApp, 'sudo rm -r /x')).toEqual(['remove /x/**']);
    expect(writes(asApp, 'sudo apt-get install -y curl')).toEqual(['add /#os']);
    expect(reason(asApp, 'sudo pip install x')).toBe('`sudo pip` as user app');
    expect(dependenciesOnlyOf(callOf(args('sudo pip install -e .'), { start: 0, end: 0 }), asApp)).toBeNull();
  });

  it('has a list of tools with ids of their own', () => {
    expect(new Set(tools.map(({ id }) => id)).size).toBe(tools.length);
    expect(isPackageManager(callOf(args('make'), { start: 0, end: 0 }))).toBe(false);
    expect(['chmod x', 'curl x', 'pip x', './chmod x', 'make'].filter((text) => isSystemTool(callOf(args(text), { start: 0, end: 0 })))).toEqual(['chmod x', 'curl x']);
    expect(['.venv', 'app/__pycache__', 'app/a.pyc', 'app/a.py', ''].filter(isLeftover)).toEqual(['.venv', 'app/__pycache__', 'app/a.pyc']);
  });

  it('never throws, whatever the words', () => {
    const names = ['rm', 'cp', 'mv', 'ln', 'mkdir', 'chmod', 'chown', 'install', 'find', 'sed', 'apt-get', 'apk', 'dpkg', 'useradd', 'adduser', 'touch', 'tee', 'sudo', 'env', 'ls', 'awk', 'curl', 'wget', 'git', 'tar', 'unzip', 'gpg'];
    const piece = fc.constantFrom('-r', '-rf', '-t', '--', '-', '.', '..', '/', '', 'a', 'a/', '/x/y', '*', '~', '~x', '{a,b}', '-exec', ';', '+', '-C', '-o', '-m', '--help', 'x=y', symbol('A'), `/${symbol('A')}/x`, '-i', '[');
    const word = piece.chain((text) => fc.boolean().map((known) => ({ text, raw: text, known, glob: /[*?{[]/.test(text) })));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(word, { maxLength: 6 }), (name, rest) => {
        expect(['effects', 'opaque']).toContain(outcome(root, name, ...rest).kind);
        expect(['effects', 'opaque']).toContain(outcome(asApp, name, ...rest).kind);
      }),
      { numRuns: 1000 },
    );
  });
});

// ------------------------------------------------------------------------------------------------------ coreutils

describe('mkdir', () => {
  it.each([
    ['mkdir -p logs /data', ['make-directory /app/logs', 'make-directory /data'], []],
    ['mkdir -pv -- -x', ['make-directory /app/-x'], []],
    ['mkdir -pm 700 x', ['make-directory /app/x', 'edit mode of /app/x'], []],
    ['mkdir --mode=700 -p x', ['make-directory /app/x', 'edit mode of /app/x'], []],
    ['mkdir logs', ['make-directory /app/logs'], ['/app/logs', '/app']],
    ['mkdir --par a', ['make-directory /app/a'], []],
    ['mkdir -p ~/x', ['make-directory /root/x'], []],
  ])('%s', (text, written, read) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual(read);
  });

  it('does not know which shell takes braces apart', () => {
    expect(writes(root, 'mkdir -p', glob('x/{a,b}'))).toEqual(['edit /app/x/{a,b}/**', 'edit /app/x/a/**', 'edit /app/x/b/**']);
  });

  it('follows a symbol as far as it can be told', () => {
    expect(writes(root, 'mkdir -p', { text: `/opt/foo-${symbol('V')}/x` })).toEqual(['make-directory /opt/foo-${V}/x']);
    expect(writes(root, 'mkdir -p', { text: `/opt/${symbol('NAME')}/x` })).toEqual(['edit /opt/**']);
    expect(reason(root, 'mkdir -p', arg('DIR'))).toBe('${DIR} may be anywhere in the image');
    expect(reason(root, 'mkdir -p', arg('DIR', '/logs'))).toBe('${DIR}/logs may be anywhere in the image');
    expect(reason(root, 'mkdir -p', { text: `/${symbol('DIR')}/x` })).toContain('may be anywhere in the image');
    expect(writes(root, 'mkdir -p', { text: baseSymbol('ROOT') }, { text: `${baseSymbol('ROOT')}/logs` })).toEqual(['make-directory ${ROOT}', 'make-directory ${ROOT}/logs']);
    expect(writes(root, 'rm -rf', { text: `${baseSymbol('ROOT')}/${symbol('X')}` })).toEqual(['edit ${ROOT}/**']);
    const cwd = `/${symbol('cwd')}`;
    expect(writes(imageView({ cwd }), 'mkdir -p x', { text: `${cwd}/y` })).toEqual(['make-directory ${cwd}/x', 'make-directory ${cwd}/y']);
  });

  it('lets the umask decide the mode', () => {
    expect(writes(imageView({ variables: { '(umask)': '077' } }), 'mkdir -p x')).toEqual(['make-directory /app/x', 'edit mode of /app/x']);
  });

  it('says what it does not know', () => {
    expect(reason(root, 'mkdir -Z x')).toBe('dockfix does not know `mkdir` with `-Z`');
    expect(reason(root, 'mkdir', unknown('$(cat dir)'))).toBe('`mkdir` with `$(cat dir)`, which only the running build knows');
  });

  it('reads owners and modes for a user without all rights', () => {
    expect(reads(asApp, 'mkdir -p /app/a/b')).toEqual(['/app/a/b', '/app/a', '/app']);
  });
});

describe('rm', () => {
  const context = imageView({ files: { '/app/a.pyc': '', '/app/b.txt': '', '/app/.c.txt': '' } });
  const open = imageView({ files: { '/app/b.txt': '' }, incomplete: ['/app'] });

  it.each([
    ['rm -rf a /b', ['remove /app/a/**', 'remove /b/**'], []],
    ['rm a', ['remove /app/a/**'], ['/app/a']],
    ['rm -fr -- -a', ['remove /app/-a/**'], []],
    ['rm -rf ~/.cache/pip /root/.cache/pip', [], []],
    ['rm -rf ~/.cache/uv /root/.cache/pdm/x', [], []],
    ['rm -rf /root/.cache', ['remove /root/.cache/**'], []],
    ['rm -rf /var/lib/apt/lists/ /var/cache/apt', ['remove /var/lib/apt/#lists'], []],
    ['rm -rf /var/lib/apt/listsx', ['remove /var/lib/apt/listsx/**'], []],
    ['rm -rf ../x/./y', ['remove /x/y/**'], []],
  ])('%s', (text, written, read) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual(read);
  });

  it('expands a glob only where all that it can find is known', () => {
    expect(writes(context, 'rm -f', glob('*.txt'))).toEqual(['remove /app/b.txt/**']);
    expect(writes(open, 'rm -f', glob('*.txt'))).toEqual(['edit /app/**']);
    expect(writes(open, 'rm -rf', glob('build/*/x'))).toEqual(['edit /app/build/**']);
    expect(writes(imageView({ incomplete: ['/tmp'] }), 'rm -rf', glob('/tmp/*'))).toEqual(['edit /tmp/**']);
    expect(writes(imageView({ incomplete: ['/var/lib/apt/lists'] }), 'rm -rf', glob('/var/lib/apt/lists/*'))).toEqual(['remove /var/lib/apt/#lists']);
    expect(writes(imageView({ incomplete: ['/var/lib'] }), 'rm -rf', glob('/var/lib/*'))).toEqual(['edit /var/lib/**']);
    expect(reason(imageView({ incomplete: ['/'] }), 'rm -rf', glob('/*'))).toBe('a pattern at the root of the image');
  });

  it.each([
    ['rm -rf /', '`rm` of the whole image'],
    ['rm -rf ../..', '`rm` of the whole image'],
    ['rm -rf ~app/x', '~app/x is the home directory of another user'],
    ['rm -z x', 'dockfix does not know `rm` with `-z`'],
  ])('%s: %s', (text, expected) => {
    expect(reason(root, text)).toBe(expected);
  });

  it('does not let a variable that may be empty or absolute pass', () => {
    expect(reason(root, 'rm -rf', { text: '', raw: '"$X"' })).toBe('an empty path');
    expect(writes(root, 'rm -f', { text: `app-${symbol('V')}.tgz` })).toEqual(['remove /app/app-${V}.tgz/**']);
    expect(writes(root, 'rm -f', { text: `${symbol('V')}.tgz` })).toEqual(['remove /app/${V}.tgz/**']);
    expect(writes(root, 'rm -rf', { text: `build/${symbol('V')}` })).toEqual(['edit /app/build/**']);
  });
});

describe('cp', () => {
  const view = imageView({ files: { '/app/a.txt': 'a', '/app/conf/x.ini': '', '/app/b.txt': 'b' }, unknown: ['/opt/q', '/opt/r.txt'] });

  it.each([
    ['cp a.txt new.txt', ['copy /app/new.txt from /app/a.txt', 'edit owner of /app/new.txt'], ['/app/a.txt/**']],
    ['cp a.txt b.txt', ['copy /app/b.txt from /app/a.txt', 'edit owner of /app/b.txt'], ['/app/a.txt/**', '/app/b.txt/**']],
    ['cp a.txt conf', ['copy /app/conf/a.txt from /app/a.txt', 'edit owner of /app/conf/a.txt'], ['/app/a.txt/**']],
    ['cp a.txt /opt/d/', ['copy /opt/d/a.txt from /app/a.txt', 'edit owner of /opt/d/a.txt'], ['/app/a.txt/**']],
    ['cp a.txt /opt/q', ['edit /opt/q/**'], ['/app/a.txt/**']],
    ['cp a.txt /opt/r.txt', ['copy /opt/r.txt from /app/a.txt', 'edit owner of /opt/r.txt'], ['/app/a.txt/**', '/opt/r.txt']],
    ['cp a.txt b.txt /usr/local/bin', ['copy /usr/local/bin/a.txt from /app/a.txt', 'edit owner of /usr/local/bin/a.txt', 'copy /usr/local/bin/b.txt from /app/b.txt', 'edit owner of /usr/local/bin/b.txt'], ['/app/a.txt/**', '/app/b.txt/**']],
    ['cp -t /srv a.txt', ['copy /srv/a.txt from /app/a.txt', 'edit owner of /srv/a.txt'], ['/app/a.txt/**']],
    ['cp -rT conf /opt/new', ['edit /opt/new/**'], ['/app/conf/**']],
    ['cp -r conf /srv', ['edit /srv/conf/**'], ['/app/conf/**']],
    ['cp -r conf/. /srv', ['edit /srv/**'], ['/app/conf/**']],
    ['cp -r conf/ /srv/', ['edit /srv/conf/**'], ['/app/conf/**']],
    ['cp -a conf /opt/new/', ['edit /opt/new/**'], ['/app/conf/**']],
    ['cp -n a.txt b.txt', ['edit /app/b.txt'], ['/app/a.txt/**']],
    ['cp -Rp . /srv/app', ['edit /srv/app/**'], ['/app/**']],
  ])('%s', (text, written, read) => {
    expect(writes(view, text)).toEqual(written);
    expect(reads(view, text)).toEqual(read);
  });

  it('copies what a glob may find into the whole destination', () => {
    const open = imageView({ files: { '/app/a.txt': '' }, incomplete: ['/app'] });
    expect(writes(open, 'cp', glob('*.txt'), '/srv')).toEqual(['edit /srv/**']);
    expect(reads(open, 'cp', glob('*.txt'), '/srv')).toEqual(['/app/**']);
    expect(writes(view, 'cp', glob('*.txt'), '/srv')).toContain('copy /srv/b.txt from /app/b.txt');
    expect(reason(view, 'cp a.txt', glob('/opt/*'))).toContain('/opt/*');
  });

  it.each(['cp --parents a b', 'cp -l a b', 'cp -s a b', 'cp --backup a b', 'cp a', 'cp'])('%s is not understood', (text) => {
    expect(outcome(view, text).kind).toBe('opaque');
  });
});

describe('mv', () => {
  const view = imageView({ files: { '/app/a.txt': 'a', '/app/conf/prod.py': '', '/app/src/x/y.py': '' } });

  it.each([
    ['mv conf/prod.py settings.py', ['copy /app/settings.py from /app/conf/prod.py', 'edit owner of /app/settings.py', 'remove /app/conf/prod.py/**'], ['/app/conf/prod.py/**']],
    ['mv a.txt conf', ['copy /app/conf/a.txt from /app/a.txt', 'edit owner of /app/conf/a.txt', 'remove /app/a.txt/**'], ['/app/a.txt/**']],
    ['mv src /srv', ['edit /srv/src/**', 'remove /app/src/**'], ['/app/src/**']],
    ['mv src new', ['edit /app/new/**', 'remove /app/src/**'], ['/app/src/**']],
    ['mv -f gone /opt/x/', ['edit /opt/x/**', 'remove /app/gone/**'], ['/app/gone/**']],
    ['mv -n a.txt b.txt', ['edit /app/b.txt', 'edit /app/a.txt/**'], ['/app/a.txt/**']],
  ])('%s', (text, written, read) => {
    expect(writes(view, text)).toEqual(written);
    expect(reads(view, text)).toEqual(read);
  });

  it('takes all that a glob may find away', () => {
    const open = imageView({ incomplete: ['/app/src'] });
    expect(writes(open, 'mv', glob('src/*'), '.')).toEqual(['edit /app/**', 'edit /app/src/**']);
  });
});

describe('chmod, chown', () => {
  it.each([
    ['chmod +x a b', ['edit mode of /app/a', 'edit mode of /app/b']],
    ['chmod -x a', ['edit mode of /app/a']],
    ['chmod -R 755 a', ['edit mode of /app/a/**']],
    ['chmod -Rf -w a', ['edit mode of /app/a/**']],
    ['chmod 755 -R a', ['edit mode of /app/a/**']],
    ['chmod u+s a', ['edit /app/a']],
    ['chmod 4755 a', ['edit /app/a']],
    ['chmod 0755 a', ['edit mode of /app/a']],
  ])('%s', (text, written) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual([]);
  });

  it('may change any file that a glob finds', () => {
    expect(writes(imageView({ incomplete: ['/app/bin'] }), 'chmod +x', glob('bin/*.sh'))).toEqual(['edit mode of /app/bin/**']);
  });

  it.each([
    ['chown -R app:app .', ['edit owner of /app/**'], ['/etc/#accounts']],
    ['chown 1000:1000 a', ['edit owner of /app/a'], []],
    ['chown app: a', ['edit owner of /app/a'], ['/etc/#accounts']],
    ['chown app a', ['edit owner of /app/a'], ['/etc/#accounts', '/app/a/**']],
    ['chown 1000 a', ['edit owner of /app/a'], ['/app/a/**']],
    ['chown :app a', ['edit owner of /app/a'], ['/etc/#accounts', '/app/a/**']],
    ['chgrp -R 0 /app', ['edit owner of /app/**'], ['/app/**']],
  ])('%s', (text, written, read) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual(read);
  });

  it.each([
    ['chmod --reference=b a', 'dockfix does not know `chmod` with `--reference`'],
    ['chown --from=a b c', 'dockfix does not know `chown` with `--from`'],
    ['chown -RL a b', 'dockfix does not know `chown` with `-L`'],
  ])('%s: %s', (text, expected) => {
    expect(reason(root, text)).toBe(expected);
  });
});

describe('ln', () => {
  const view = imageView({ files: { '/app/run.py': '', '/app/src/x.py': '' }, unknown: ['/opt/l', '/etc/localtime'] });

  it.each([
    ['ln -s /usr/bin/python3 /usr/bin/python', ['link /usr/bin/python'], ['/usr/bin/python3', '/usr/bin/python']],
    ['ln -sf /usr/bin/python3 /usr/local/bin', ['link /usr/local/bin/python3'], ['/usr/bin/python3']],
    ['ln -s /root/.local/bin/poetry', ['link /app/poetry'], ['/root/.local/bin/poetry', '/app/poetry']],
    ['ln -sf run.py /app/go', ['link /app/go'], ['/app/run.py']],
    ['ln -s /opt/tool/tool /usr/local/bin/tool', ['link /usr/local/bin/tool'], ['/opt/tool/tool', '/usr/local/bin/tool']],
    ['ln -sfn /usr/share/zoneinfo/UTC /etc/localtime', ['edit /etc/localtime', 'edit /etc/localtime/UTC'], ['/usr/share/zoneinfo/UTC']],
    ['ln -sf /dev/stdout /var/log/nginx/access.log', ['link /var/log/nginx/access.log'], ['/dev/stdout']],
  ])('%s', (text, written, read) => {
    expect(writes(view, text)).toEqual(written);
    expect(reads(view, text)).toEqual(read);
  });

  it('leaves a pattern in the target to the shell', () => {
    expect(writes(view, 'ln -s', glob('/usr/lib/*/libjemalloc.so.2'), '/usr/lib/libjemalloc.so')).toEqual(['link /usr/lib/libjemalloc.so']);
    expect(outcome(view, 'ln -s', glob('/usr/lib/*.so'), '/usr/lib/').kind).toBe('opaque');
  });

  it.each([
    ['ln -s /app/src /srv/src', 'a link to /app/src, which gives a directory a second name'],
    ['ln -s /usr/local/lib /x', 'a link to /usr/local/lib, which gives a directory a second name'],
    ['ln -s run.py /srv/go', 'a link to run.py, which gives a directory a second name'],
    ['ln a b', 'a hard link, which gives a file a second name'],
    ['ln -s a b c', '`ln` with several targets'],
  ])('%s: %s', (text, expected) => {
    expect(reason(view, text)).toBe(expected);
  });
});

describe('touch, tee, install, editing', () => {
  const view = imageView({ files: { '/app/a': '' }, unknown: ['/app/u'] });

  it.each([
    ['touch a', [], ['/app/a']],
    ['touch new', ['set /app/new'], ['/app/new']],
    ['touch u', ['edit /app/u'], ['/app/u']],
    ['touch -c u', [], []],
    ['tee x', ['set /app/x'], []],
    ['tee -a x /dev/null', ['edit /app/x'], []],
    ['install -d -o app /x', ['make-directory /x', 'edit owner of /x', 'edit mode of /x'], ['/etc/#accounts', '/x']],
    ['install -Dm755 a /opt/d/b.sh', ['make-directory /opt/d', 'copy /opt/d/b.sh from /app/a', 'edit owner of /opt/d/b.sh'], ['/app/a/**']],
    ['install -m 755 -t /usr/local/bin a', ['copy /usr/local/bin/a from /app/a', 'edit owner of /usr/local/bin/a'], ['/app/a/**']],
    ['dos2unix -q a', ['edit /app/a'], []],
    ['rmdir x', ['remove /app/x/**'], ['/app/x/**']],
  ])('%s', (text, written, read) => {
    expect(writes(view, text)).toEqual(written);
    expect(reads(view, text)).toEqual(read);
  });
});

// ------------------------------------------------------------------------------------------------------ sed and find

describe('sed', () => {
  it.each([
    ['sed -i s/a/b/ x y', ['edit /app/x', 'edit /app/y'], []],
    ['sed -i.bak s/a/b/ x', ['edit /app/x', 'edit /app/x.bak'], ['/app/x/**']],
    ['sed -ri -e s/a/b/ -e d x', ['edit /app/x'], []],
    ['sed --in-place s/a/b/ x', ['edit /app/x'], []],
    ['sed -n s/a/b/p x', [], ['/app/x']],
    ['sed -e s/a/b/ x', [], ['/app/x']],
    ['sed s/a/b/', [], []],
  ])('%s', (text, written, read) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual(read);
  });

  it.each([
    's/a/b/', 's/a/b/g;s|x|y|', '/^#/d', '$d', '1,5d', '0~3p', '/a/,/b/s/x/y/gI', '\\%a%d', '/x/!d', '$!N;P;D', '/a/{s/b/c/;d}',
    '/x/a w file', '1i e text', '# w x', ':a;N;$!ba;s/\\n/ /g', 's/a\\/b/c/', 'y/abc/xyz/', '1d\n2d', 's,a,b,', '',
  ])('sees that %j only edits', (script) => {
    expect(onlyEdits(script)).toBe(true);
  });

  it.each([
    'w x', 's/a/b/w x', 's/a/b/e', '/x/r file', '1e date', 'R x', 's/a/b', '/a', 'W x', '1,2w x', 'b\nw x', 's/[/]/;s/w /etc/x', '/a/{w x\n}', 'F', 's/a/b/;w x', 'ba;w x',
  ])('sees that %j may not', (script) => {
    expect(onlyEdits(script)).toBe(false);
  });

  it('never hangs', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'sydw/\\[]{};,!$1ai#b:\n gp') }), (script) => typeof onlyEdits(script) === 'boolean'), { numRuns: 2000 });
    expect(onlyEdits('s/a/b/;'.repeat(50_000))).toBe(true);
  });
});

describe('find', () => {
  it.each([
    ['find . -name x', [], ['/app/**']],
    ['find', [], ['/app/**']],
    ['find -name x', [], ['/app/**']],
    ['find /srv -type d -exec ls {} +', [], ['/srv/**']],
    ['find /srv -name x -delete', ['edit /srv/**'], []],
    ['find -L /srv -name x -exec rm -rf {} +', ['edit /srv/**'], []],
    ['find . -type d -exec chmod 755 {} ;', ['edit mode of /app/**'], ['/app/**']],
    ['find a b -exec chown app {} ;', ['edit owner of /app/a/**', 'edit owner of /app/b/**'], ['/app/a/**', '/app/b/**']],
    ['find . -name __pycache__ -exec rm -rf {} +', [], []],
    ['find . -type d -name __pycache__ -prune -exec rm -r {} ;', [], []],
    ['find . ( -name *.pyc -o -name __pycache__ ) -delete', [], ['/app/**']],
    ['find . -name __pycache__ -o -delete', ['edit /app/**'], []],
    ['find . -delete -name __pycache__', ['edit /app/**'], []],
    ['find . ! -name __pycache__ -delete', ['edit /app/**'], []],
    ['find . ( -type d -o -name __pycache__ ) -delete', ['edit /app/**'], []],
    ['find . -name __pycache__ -name tests -delete', ['edit /app/**'], []],
  ])('%s', (text, written, read) => {
    const view = imageView({ incomplete: ['/app'] });
    expect(writes(view, text)).toEqual(written);
    expect(reads(view, text)).toEqual(read);
  });

  it.each(['find . -exec sh -c x ;', 'find . -exec cp {} /x ;', 'find . -fprint x', 'find . -exec mv {} {}.bak ;', 'find . -exec chmod u+s {} +'])('%s is not understood', (text) => {
    expect(outcome(root, text).kind).toBe('opaque');
  });
});

// ------------------------------------------------------------------------------------------------------ observers

describe('observers', () => {
  it.each([
    ['echo hello', []],
    ['cat a b', ['/app/a', '/app/b']],
    ['test -f x', ['/app/x']],
    ['test ! -x x', ['/app/!/**', '/app/x/**']],
    ['[ -d /srv ]', ['/srv', '/app/]']],
    ['ls', ['/app/**']],
    ['ls -la /srv', ['/srv/**']],
    ['grep -r foo', ['/app/foo/**', '/app/**']],
    ['grep -q foo x', ['/app/foo', '/app/x']],
    ['grep -ffile x', ['/app/file', '/app/x']],
    ['id app', ['/etc/#accounts', '/etc/**']],
    ['which pip', ['/usr/local/bin/pip', '/usr/bin/pip']],
  ])('%s', (text, read) => {
    const view = imageView({ variables: { PATH: '/usr/local/bin:/usr/bin' } });
    expect(writes(view, text)).toEqual([]);
    expect(reads(view, text)).toEqual(read);
  });

  it('counts as a command where it may fail, so that it never moves away from what it looks at', () => {
    const kinds = (text: string) => {
      const found = outcome(root, text);
      return found.kind === 'opaque' ? [] : found.effects.map(({ kind, reads: list }) => `${kind} ${list.map(({ path }) => shown(path)).join(' ')}`.trim());
    };
    expect(kinds('echo x')).toEqual(['observe']);
    expect(kinds('ls -la')).toEqual(['observe /app']);
    expect(kinds('ls -la conf')).toEqual(['run /app/conf', 'observe /app/conf']);
    expect(kinds('test -f app.py')).toEqual(['run /app/app.py']);
    expect(kinds('cat app.py')).toEqual(['run /app/app.py']);
    expect(kinds('find conf')).toEqual(['run /app/conf', 'observe /app/conf']);
    expect(kinds('git describe')[0]).toMatch(/^run /);
  });

  it('rests on the packages that bring a program or a file', () => {
    const view = imageView({ variables: { PATH: '/usr/local/bin' }, files: { '/usr/local/bin/run.sh': '' } });
    expect(allReads(view, 'which pip')).toEqual(['/#os', '/usr/local/bin/pip', '/usr/local/#python']);
    for (const text of ['curl https://x', 'git describe', 'tar xf a', 'unzip a', 'wget -O a https://x', 'jq . a', 'useradd x', 'dos2unix a']) expect(allReads(view, text)).toContain('/#os');
    expect(allReads(view, 'rm -f /usr/share/doc/x')).toContain('/#os');
    expect(allReads(view, 'chmod +x /usr/local/bin/gunicorn')).toEqual(['/usr/local/#python']);
    expect(allReads(view, 'chmod +x /usr/local/bin/run.sh')).toEqual([]);
    expect(allReads(view, 'chmod +x run.sh')).toEqual([]);
    expect(allReads(view, 'apt-get install -y curl')).not.toContain('/#os');
  });

  it.each(['sort -o x y', 'sort -uo x', 'uniq a b', 'tree -o x', 'awk -f prog x', 'command foo', 'env -S x'])('%s is not understood', (text) => {
    expect(outcome(root, text).kind).toBe('opaque');
  });

  it('knows what in a program for awk may write', () => {
    expect(outcome(root, 'awk', { text: '{print $1}' }, 'x').kind).toBe('effects');
    expect(outcome(root, 'awk', { text: '/=> \\//{print $3}' }, 'x').kind).toBe('effects');
    expect(outcome(root, 'awk', { text: '{print $1 > "f"}' }, 'x').kind).toBe('opaque');
    expect(outcome(root, 'awk', { text: 'BEGIN{system("rm x")}' }).kind).toBe('opaque');
    expect(outcome(root, 'awk', { text: '{print | "sh"}' }).kind).toBe('opaque');
  });

  it('reads everything through a substitution that only looks, and does not understand another', () => {
    expect(reads(root, 'echo', unknown('"$(cat VERSION)"'))).toEqual(['/**'.replace('/**', '//**')]);
    expect(effect(root, 'echo', unknown('$(cat VERSION)')).does).toContain('$(cat VERSION)');
    expect(reason(root, 'echo', unknown('$(pip install x)'))).toBe('`echo` with `$(pip install x)`');
  });

  it.each(['$(cat x)', '"$(cat x | head -n 1)"', '`cat x`', '$?', '$(ls 2>/dev/null)', '$((1 + 2))', '$(basename $(pwd))', '$(grep -c a x && ls)'])('%s only looks', (raw) => {
    expect(onlyLooks(raw)).toBe(true);
  });

  it.each(['$(rm x)', '$(cat x; rm y)', '$(cat x > y)', '`touch x`', '$($CMD)', '$(cat x | sh)', '$("rm" x)', '$(cat $(rm x))', '<(rm x) $(ls)', '$(awk 1)'])('%s may not', (raw) => {
    expect(onlyLooks(raw)).toBe(false);
  });

  it('tells what the directory or a pattern decides', () => {
    expect(effect(root, 'pwd').does).not.toBe(effect(imageView({ cwd: '/x' }), 'pwd').does);
    expect(reads(imageView({ incomplete: ['/app'] }), 'echo', glob('*'))).toEqual(['/app/**']);
    expect(effect(root, 'env').env).toEqual(['*']);
  });
});

// ------------------------------------------------------------------------------------------------------ accounts

describe('users', () => {
  const accounts = 'edit /etc/#accounts';
  const home = (path: string) => [accounts, `make-directory ${path}`, `edit owner of ${path}/**`, `edit mode of ${path}`];

  it.each([
    ['useradd -m app', home('/home/app')],
    ['useradd -ms /bin/bash app', home('/home/app')],
    ['useradd --create-home --home-dir /app/x -u 1000 app', home('/app/x')],
    ['useradd -m -b /srv app', home('/srv/app')],
    ['useradd -r app', [accounts]],
    ['useradd -rM -d /nowhere app', [accounts]],
    ['useradd -r -m app', home('/home/app')],
    ['useradd app', [accounts, 'edit /home/app/**']],
    ['adduser -D app', home('/home/app')],
    ['adduser -D -H app', [accounts]],
    ['adduser -S -D -h /srv/x -G grp app', home('/srv/x')],
    ['adduser -S app', [accounts, 'edit /home/app/**']],
    ['adduser --disabled-password --gecos x app', home('/home/app')],
    ['adduser --system --group --no-create-home app', [accounts]],
    ['adduser app docker', [accounts]],
    ['addgroup -S -g 1000 app', [accounts]],
    ['groupadd -r --gid 5 app', [accounts]],
    ['usermod -aG docker app', [accounts]],
    ['passwd -d root', [accounts]],
    ['deluser app', [accounts]],
  ])('%s', (text, written) => {
    expect(writes(root, text)).toEqual(written);
    expect(effect(root, text).kind).toBe('users');
  });

  it('leaves a home that is there as it is, where the program does', () => {
    const view = imageView({ files: { '/home/app/x': '' } });
    expect(writes(view, 'useradd -m app')).toEqual([accounts]);
    expect(reads(view, 'useradd -m app')).toContain('/home/app');
    expect(writes(view, 'adduser -D app')).toEqual([accounts, 'edit owner of /home/app', 'edit mode of /home/app']);
    expect(writes(imageView({ unknown: ['/home/app'] }), 'useradd -m app')).toEqual(home('/home/app'));
  });

  it('knows the home of a user whose name is an argument', () => {
    expect(writes(root, 'useradd -m', arg('NAME'))).toEqual(home('/home/${NAME}'));
  });

  it.each(['usermod -u 5 app', 'usermod -d /x -m app', 'userdel -r app', 'useradd', 'useradd -R /x app', 'adduser --what app'])('%s is not understood', (text) => {
    expect(outcome(root, text).kind).toBe('opaque');
  });
});

// ------------------------------------------------------------------------------------------------------ packages

describe('apt', () => {
  const does = (text: string) => effect(root, text).does;

  it('tells what is installed from how it is said', () => {
    expect(does('apt-get install -y -qq --no-install-recommends gcc libpq-dev')).toBe('apt-get --no-install-recommends install gcc libpq-dev');
    expect(does('apt-get -yq install gcc=1.2')).toBe(does('apt-get install --assume-yes -q=2 gcc=1.2'));
    expect(does('apt-get install gcc')).not.toBe(does('apt-get install --no-install-recommends gcc'));
    expect(does('apt-get install a b')).not.toBe(does('apt-get install b a'));
    expect(does('apt-get -t bookworm-backports install a')).toBe(does('apt-get install --target-release=bookworm-backports a'));
    expect(does('apt-get -o A=1 -o B=2 install x')).not.toBe(does('apt-get -o B=2 -o A=1 install x'));
    expect(does('apt-get install --no-install-recommends -f a')).toBe(does('apt-get -f install a --no-install-recommends'));
    expect(does('apt-get --no-install-r install a')).toBe(does('apt-get --no-install-recommends install a'));
  });

  it.each([
    ['apt-get update', ['add /#os', 'set /var/lib/apt/#lists']],
    ['apt-get install -y gcc', ['add /#os']],
    ['apt upgrade -y', ['add /#os']],
    ['apt-get dist-upgrade -y', ['add /#os']],
    ['apt-get purge -y --auto-remove gcc', ['edit /#os']],
    ['apt-get autoremove -y', ['edit /#os']],
    ['apt-get clean', []],
    ['apt list --installed', []],
    ['apt-get -s install x', []],
    ['apt-mark hold x', ['edit /#os']],
    ['apt-mark showmanual', []],
    ['add-apt-repository -y ppa:x/y', ['edit /#os', 'edit /var/lib/apt/#lists']],
    ['dpkg -i x.deb', ['add /#os']],
    ['dpkg --add-architecture i386', ['edit /#os']],
    ['dpkg -l', []],
    ['dpkg --print-architecture', []],
    ['dpkg-reconfigure -f noninteractive tzdata', ['edit /#os']],
    ['update-alternatives --install /usr/bin/python python /usr/bin/python3 1', ['edit /#os', 'edit /usr/bin/python']],
    ['ldconfig', ['edit /#os']],
  ])('%s', (text, written) => {
    expect(writes(root, text)).toEqual(written);
  });

  it('reads settings, sources and the packages that are files', () => {
    expect(reads(root, 'apt-get install -y curl pkg/stable')).toEqual(['/etc/**', '/usr/share/keyrings/**', '/usr/local/share/ca-certificates/**', '/etc/#leading-settings-of-installers', '/var/lib/apt/#lists']);
    expect(reads(root, 'apt-get install -y ./x.deb /tmp/y.deb')).toEqual(expect.arrayContaining(['/app/x.deb/**', '/tmp/y.deb/**']));
    expect(reads(imageView({ incomplete: ['/app'] }), 'apt-get install -y', glob('libpng*'))).toContain('/app/**');
    expect(reads(root, 'dpkg -i x.deb')).toContain('/app/x.deb/**');
    expect(reads(root, 'ldconfig')).toContain('/usr/local/lib/**');
    expect(effect(root, 'apt-get install -y curl').env).toEqual(expect.arrayContaining(['DEBIAN_FRONTEND', 'http_proxy', 'LC_*']));
    expect(effect(root, 'apt-get install -y curl').kind).toBe('os-packages');
  });

  it('joins what users and groups are, and does not change them', () => {
    const { reads: read, writes: written } = effect(root, 'apt-get install -y nginx');
    expect(read.some(({ path, deep }) => deep && accountsRegion.startsWith(path))).toBe(true);
    expect(written.map(({ place }) => place.path)).toEqual([osRegion]);
  });

  it('says what it does not know', () => {
    expect(reason(root, 'apt-get install -y', unknown('$(cat packages.txt)'))).toBe('`apt-get` with `$(cat packages.txt)`: its packages come from what is not read');
    expect(reason(root, 'apt-get build-dep -y x')).toBe('dockfix does not know `apt-get` with `build-dep`');
    expect(reason(root, 'apt-get install --what x')).toBe('dockfix does not know `apt-get` with `--what`');
    expect(reason(root, 'dpkg --root=/x -i y')).toBe('dockfix does not know `dpkg` with `--root`');
  });
});

describe('apk', () => {
  it.each([
    ['apk add --no-cache gcc musl-dev', 'apk add gcc musl-dev', ['add /#os']],
    ['apk --no-cache add gcc', 'apk add gcc', ['add /#os']],
    ['apk add -U -q gcc', 'apk add gcc', ['add /#os', 'set /var/cache/apk/#lists']],
    ['apk add -U --no-cache gcc', 'apk add gcc', ['add /#os']],
    ['apk add --virtual .build gcc', 'apk --virtual=.build add gcc', ['add /#os']],
    ['apk add -t .build gcc', 'apk --virtual=.build add gcc', ['add /#os']],
    ['apk add --update --repository=http://x gcc', 'apk --repository=http://x add gcc', ['add /#os', 'set /var/cache/apk/#lists']],
    ['apk update', 'apk update', ['add /#os', 'set /var/cache/apk/#lists']],
    ['apk del .build', 'apk del .build', ['edit /#os']],
    ['apk info -e x', 'apk info -e x', []],
  ])('%s', (text, does, written) => {
    expect(effect(root, text).does).toBe(does);
    expect(writes(root, text)).toEqual(written);
  });

  it('reads package files and says what it does not know', () => {
    expect(reads(root, 'apk add --allow-untrusted x.apk')).toContain('/app/x.apk/**');
    expect(reason(root, 'apk add --root /x y')).toBe('dockfix does not know `apk` with `--root`');
    expect(reason(root, 'apk add', unknown('$(cat x)'))).toContain('its packages come from what is not read');
  });
});

describe('dnf and yum', () => {
  it.each([
    ['dnf install -y --nodocs gcc', 'dnf --nodocs install gcc', ['add /#os']],
    ['yum -y -q install gcc', 'yum install gcc', ['add /#os']],
    ['microdnf update -y', 'microdnf update', ['add /#os', 'set /var/cache/dnf/#lists']],
    ['yum makecache fast', 'yum makecache fast', ['add /#os', 'set /var/cache/dnf/#lists']],
    ['dnf -y install --setopt=install_weak_deps=0 a', 'dnf --setopt=install_weak_deps=0 install a', ['add /#os']],
    ['yum remove -y gcc', 'yum remove gcc', ['edit /#os']],
    ['dnf config-manager --set-enabled crb', 'dnf --set-enabled config-manager crb', ['edit /#os']],
    ['yum clean all', 'yum clean all', ['remove /var/cache/dnf/#lists']],
    ['dnf list installed', 'dnf list installed', []],
  ])('%s', (text, does, written) => {
    expect(effect(root, text).does).toBe(does);
    expect(writes(root, text)).toEqual(written);
  });

  it('reads package files and says what it does not know', () => {
    expect(reads(root, 'yum install -y ./x.rpm')).toContain('/app/x.rpm/**');
    expect(reason(root, 'dnf --installroot /x install y')).toBe('dockfix does not know `dnf` with `install`');
    expect(reason(root, 'dnf install --what y')).toBe('dockfix does not know `dnf` with `--what`');
    expect(reason(root, 'dnf builddep y')).toBe('dockfix does not know `dnf` with `builddep`');
  });
});

// ------------------------------------------------------------------------------------------------------ network

describe('curl and wget', () => {
  const view = imageView({ files: { '/app/there.tgz': '' }, unknown: ['/app/y.tgz'] });

  it.each([
    ['curl -fsSL https://x/y.sh', []],
    ['curl -fsSLo /opt/y.tgz https://x/z', ['set /opt/y.tgz']],
    ['curl -sSLO https://x/a/y.tgz?raw=1', ['set /app/y.tgz']],
    ['curl -O https://x/a -O https://x/b', ['set /app/a', 'set /app/b']],
    ['curl --output-dir /opt -O https://x/y.tgz', ['set /opt/y.tgz']],
    ['curl -o - https://x', []],
    ['curl -o /dev/null https://x', []],
    ['curl --retry 3 --proto =https --tlsv1.2 -sSf https://sh.rustup.rs -o r.sh', ['set /app/r.sh']],
    ['wget https://x/a/y.tgz', ['set /app/y.tgz']],
    ['wget -q -P /opt/ https://x/y.tgz', ['set /opt/y.tgz']],
    ['wget -qO- https://x/y', []],
    ['wget -q -O - https://x/y', []],
    ['wget -nv -O/opt/y https://x/z', ['set /opt/y']],
    ['wget --no-check-certificate --progress=dot:giga https://x/y.tgz -O z', ['set /app/z']],
    ['wget -nc https://x/there.tgz', ['edit /app/there.tgz']],
    ['wget -cO z https://x/y', ['edit /app/z']],
  ])('%s', (text, written) => {
    expect(writes(view, text)).toEqual(written);
    expect(effect(view, text).kind).toBe(written.length === 0 ? 'run' : 'files');
  });

  it('reads what is sent, and certificates and settings', () => {
    expect(reads(root, 'curl -d @body.json -F x=@f.txt -T up --cacert ca.pem https://x')).toEqual(
      expect.arrayContaining(['/root/.curlrc', '/app/body.json/**', '/app/f.txt/**', '/app/up/**', '/app/ca.pem/**']),
    );
    expect(reads(root, 'curl -o x file:///srv/y')).toContain('/srv/y/**');
    expect(effect(root, 'curl -o x https://x').env).toEqual(expect.arrayContaining(['https_proxy', 'SSL_CERT_FILE']));
    expect(reads(root, 'wget https://x/y')).toEqual(expect.arrayContaining(['/root/.wgetrc', '/app/y']));
  });

  it('names a file after a version that is not known', () => {
    expect(writes(root, 'curl -LO', { text: `https://x/${symbol('V')}/a-${symbol('V')}.tgz` })).toEqual(['set /app/a-${V}.tgz']);
    expect(writes(root, 'wget -P /tmp', { text: `https://x/${symbol('V')}` })).toEqual(['edit /tmp/**']);
    expect(outcome(root, 'curl -O', { text: symbol('URL') }).kind).toBe('opaque');
  });

  it.each([
    'curl -K conf', 'curl -OJ https://x/y', 'curl -O https://x/', 'curl -O https://x/{a,b}', 'curl -o f#1 https://x/[1-2]', 'curl --what x', 'wget -i list', 'wget -r https://x',
    'wget https://x/', 'wget https://x/y?z', 'wget https://x/there.tgz', 'wget -e output_document=x https://x',
  ])('%s is not understood', (text) => {
    expect(outcome(view, text).kind).toBe('opaque');
  });
});

describe('git', () => {
  it.each([
    ['git clone https://x/a/b.git', ['set /app/b/**']],
    ['git clone --depth 1 -b v1 https://x/a/b /src/', ['set /src/**']],
    ['git clone --depth=1 --recursive git@x:a/b.git', ['set /app/b/**']],
    ['git clone --mirror https://x/b.git', ['set /app/b.git/**']],
    ['git -c a=b clone https://x/a/b', ['set /app/b/**']],
    ['git config --global user.name x', ['edit /root/.gitconfig', 'edit /root/.config/git/config']],
    ['git config --global --add safe.directory /app', ['edit /root/.gitconfig', 'edit /root/.config/git/config']],
    ['git config --system user.name b', ['edit /etc/gitconfig']],
    ['git config user.name c', ['edit /app/.git/config']],
    ['git config --global include.path x', ['edit /root/.gitconfig', 'edit /root/.config/git/config', 'set /etc/#leading-settings-of-git']],
    ['git config --get a.b', []],
    ['git describe --tags', []],
    ['git --version', []],
  ])('%s', (text, written) => {
    expect(writes(root, text)).toEqual(written);
  });

  it('reads the repository and settings', () => {
    expect(reads(imageView({ cwd: '/a/b' }), 'git rev-parse HEAD')).toEqual(expect.arrayContaining(['/a/b/**', '/a/b/.git/**', '/a/.git/**', '/.git/**', '/root/.gitconfig']));
    expect(reads(root, 'git -C /src log')).toContain('/src/**');
    expect(reads(root, 'git clone /srv/repo x')).toContain('/srv/repo/**');
    expect(effect(root, 'git clone https://x/a/b').does).not.toBe(effect(root, 'git clone -b v1 https://x/a/b').does);
  });

  it.each(['git checkout x', 'git submodule update --init', 'git pull', 'git init', 'git clone', 'git clone --reference x https://x/y', 'git log --output=x', 'git -C /x clone https://x/y', 'git clone https://x'])('%s is not understood', (text) => {
    expect(outcome(root, text).kind).toBe('opaque');
  });
});

describe('archives', () => {
  it.each([
    ['tar -xzf x.tgz', ['edit /app/**'], ['/app/x.tgz/**', '/etc/#accounts']],
    ['tar xzf x.tgz -C /opt --strip-components=1', ['edit /opt/**'], ['/app/x.tgz/**', '/etc/#accounts']],
    ['tar xCf /opt x.tgz', ['edit /opt/**'], ['/app/x.tgz/**', '/etc/#accounts']],
    ['tar -xvJ -f - -C /opt', ['edit /opt/**'], ['/etc/#accounts']],
    ['tar -I zstd -xf x', ['edit /app/**'], ['/app/x/**', '/etc/#accounts']],
    ['tar tf x.tgz', [], ['/app/x.tgz/**']],
    ['tar czf /x.tgz a b', ['set /x.tgz'], ['/app/a/**', '/app/b/**']],
    ['tar -C /srv -cf /x.tar .', ['set /x.tar'], ['/srv/**']],
    ['tar cz a', [], ['/app/a/**']],
    ['unzip -q x.zip', ['edit /app/**'], ['/app/x.zip/**', '/app/x.zip.zip/**']],
    ['unzip -qod /opt x.zip', ['edit /opt/**'], ['/app/x.zip/**', '/app/x.zip.zip/**']],
    ['unzip -l x.zip', [], ['/app/x.zip/**', '/app/x.zip.zip/**']],
  ])('%s', (text, written, read) => {
    expect(writes(root, text)).toEqual(written);
    expect(reads(root, text)).toEqual(read);
  });

  it.each(['tar -xPf x', 'tar -I sh -xf x', 'tar -xf x -C a -C b', 'tar --to-command=sh -xf x', 'tar rf x y', 'tar', 'unzip -d'])('%s is not understood, or does nothing', (text) => {
    const found = outcome(root, text);
    expect(found.kind === 'opaque' || found.effects.every((one) => one.writes.length === 0)).toBe(true);
  });
});

describe('gpg', () => {
  it.each([
    ['gpg --dearmor -o /usr/share/keyrings/x.gpg', ['edit /root/.gnupg/**', 'set /usr/share/keyrings/x.gpg']],
    ['gpg --batch --yes --dearmor --output x.gpg x.asc', ['edit /root/.gnupg/**', 'set /app/x.gpg']],
    ['gpg --dearmor x.asc', ['edit /root/.gnupg/**', 'set /app/x.asc.gpg']],
    ['gpg --batch --keyserver k --recv-keys ABC', ['edit /root/.gnupg/**']],
    ['gpg --homedir /h --import x', ['edit /h/**']],
    ['gpg --no-default-keyring --keyring /etc/k.gpg --import x', ['edit /root/.gnupg/**', 'edit /etc/k.gpg']],
    ['gpg --verify a.asc a', ['edit /root/.gnupg/**']],
  ])('%s', (text, written) => {
    expect(writes(root, text)).toEqual(written);
  });

  it('finds its home', () => {
    expect(writes(imageView({ variables: { GNUPGHOME: '/tmp/g' } }), 'gpg --import x')).toEqual(['edit /tmp/g/**']);
    expect(reads(root, 'gpg --verify a.asc a')).toEqual(expect.arrayContaining(['/app/a.asc/**', '/app/a/**', '/root/.gnupg/**']));
    expect(reason(imageView({ variables: { GNUPGHOME: undefined } }), 'gpg --import x')).toContain('base image');
  });
});
