import { busyBoxPrograms } from '../../data/busybox-programs.ts';
import type { PackageRule } from '../../images/apk-to-apt.ts';
import { aptPackagesFor } from '../../images/apk-to-apt.ts';

/** What takes the place of one Alpine package, or why nothing does. */
export type PackageTranslation =
  | {
      readonly kind: 'packages';
      /** Names in Debian; empty where Debian, or the python image, needs none. */
      readonly names: readonly string[];
      /** They are in the slim image already, so that installing or removing them is nobody's wish. */
      readonly present: boolean;
      /** Debian's version is another one, and that may count. */
      readonly rule: PackageRule;
      readonly note: string;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** The counterpart of an Alpine package in a suite, from the table. */
export function debianPackages(apk: string, suite: string): PackageTranslation {
  const found = aptPackagesFor(apk, suite);
  switch (found.kind) {
    case 'packages': {
      // Debian's gcc only recommends the C library's headers, without which it compiles nothing.
      const names = apk === 'gcc' ? [...found.names, 'libc6-dev'] : found.names;
      return { kind: 'packages', names, present: found.role === 'base', rule: found.rule, note: found.note };
    }
    case 'drop':
    case 'system-python':
      return { kind: 'packages', names: [], present: true, rule: null, note: '' };
    case 'none':
      return { kind: 'refused', message: `\`${apk}\` has no counterpart in Debian ${suite}${found.note === '' ? '' : ` (${found.note})`}` };
    case 'unmapped':
      return { kind: 'refused', message: `\`${apk}\` is not in dockfix’s table of packages for Debian ${suite}` };
  }
}

/** Compilers and headers: on Alpine they are there because some Python package has no wheel for musl. */
export const compilers: ReadonlySet<string> = new Set(['gcc', 'g++', 'musl-dev', 'libc-dev', 'build-base', 'alpine-sdk', 'clang', 'gfortran', 'cargo', 'rust']);

/** Headers that have no file for pkg-config in Alpine, so that it does not come with them. */
const withoutPkgConfig = new Set('musl-dev libc-dev libstdc++-dev db-dev giflib-dev boost-dev libev-dev tcl-dev perl-dev ruby-dev python3-dev python-dev postgresql-dev libpq-dev py3-dev'.split(' '));

/**
 * Does pkg-config come with an Alpine package? abuild makes each package with a `.pc` file depend on it
 * (abuild, `scan_pkgconfig`); Debian's do not.
 */
export function bringsPkgConfig(apk: string): boolean {
  return apk.endsWith('-dev') && !withoutPkgConfig.has(apk);
}

interface Programs {
  readonly slim: ReadonlySet<string>;
  readonly packages: ReadonlyMap<string, string>;
  readonly none: ReadonlySet<string>;
}

function readPrograms(): Programs {
  const slim = new Set<string>();
  const packages = new Map<string, string>();
  const none = new Set<string>();
  let where = '';
  for (const line of busyBoxPrograms.trim().split('\n')) {
    if (line.endsWith(':')) {
      where = line.slice(0, -1);
      continue;
    }
    for (const program of line.split(' ')) {
      if (where === 'slim') slim.add(program);
      else if (where === 'none') none.add(program);
      else packages.set(program, where);
    }
  }
  return { slim, packages, none };
}

const programs = readPrograms();

/**
 * Programs that BusyBox brings and Debian's slim image lacks, with the Debian package (the same in bookworm and trixie)
 * that has them.
 */
export const packageOfProgram: ReadonlyMap<string, string> = programs.packages;

/** Programs of BusyBox that Debian's slim image has as well. */
export const slimPrograms: ReadonlySet<string> = programs.slim;

/** Those of them that Debian has, with other options. */
const otherwise = ['adduser', 'addgroup', 'deluser', 'delgroup', 'ash'];

/** Programs of BusyBox and Alpine that no Debian package gives in the same form. `ash` and those for users are translated. */
export const alpineOnlyPrograms: ReadonlySet<string> = new Set([
  ...[...programs.none].filter((program) => !otherwise.includes(program)),
  'apk', 'rc-service', 'rc-update', 'openrc', 'openrc-run', 'rc-status', 'setup-timezone', 'setup-proxy', 'scanelf', 'doas', 'lbu', 'update-ms-fonts', 'mkinitfs', 'abuild', 'chromium-browser',
]);

/**
 * What some wheels for glibc load from the system and slim lacks, by Alpine's names (the manylinux policies of PEP 600
 * allow a wheel to expect libGL, libX11, glib and their like): the documentation of each package.
 */
export const systemLibraries: ReadonlyMap<string, readonly string[]> = new Map([
  ['opencv-python', ['mesa-gl', 'glib']],
  ['opencv-contrib-python', ['mesa-gl', 'glib']],
  ['mediapipe', ['mesa-gl', 'glib']],
  ['ultralytics', ['mesa-gl', 'glib']],
  ['rapidocr', ['mesa-gl', 'glib']],
  ['rapidocr-onnxruntime', ['mesa-gl', 'glib']],
  ['unstructured-inference', ['mesa-gl', 'glib']],
  ['lightgbm', ['libgomp']],
]);

/** Packages whose wheels load more of the system than is known here: graphical ones, and those that bring a browser. */
export const wantsMore: ReadonlySet<string> = new Set('playwright pyppeteer kaleido pyqt5 pyqt6 pyside2 pyside6 vtk pyvista mayavi open3d wxpython kivy pyglet paddlepaddle imgaug deepface cadquery-ocp bpy dlib face-recognition ibm-db cx-oracle pyrealsense2 pyaudio sounddevice pynput'.split(' '));
