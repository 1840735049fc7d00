/**
 * Does a line speak of a build, in whatever language? This does not understand the build: it is what shows that a
 * reader has passed one over.
 */
import { verbOf } from '../docker-build.ts';

/** What parts words in shells, lists of strings and calls. */
const separators = /[\s"'`,()[\]{}]+/;

export function mentionsBuild(line: string): boolean {
  if (calls.test(line)) return true;
  return line.split(/[;&|\n]+/).some((command) => {
    const words = command.split(separators);
    return words.some((word, at) => isProgram(word) && isBuild(words.slice(at + 1, at + 1 + mostWords)));
  });
}

/** Docker's plugin for Jenkins, the libraries for Python, Tilt; and Kaniko, which has no word for what it does. */
const calls = /\b(?:docker\.build|images\.build|docker_build)\(\s*[^)\s]|kaniko\/executor["']?,?\s+["']?-/;

/** More options in front of a verb than these nobody writes. */
const mostWords = 20;

function isProgram(word: string): boolean {
  return /(?:^|[/\\=@$])(?:docker|podman|buildah|nerdctl|finch)(?:\.exe)?$/.test(word);
}

function isBuild(words: readonly string[]): boolean {
  const verb = verbOf(words);
  return verb !== null && /^(?:build|bud|build-using-dockerfile)$/.test(words[verb] ?? '');
}

/** `"""Fetches a browser during docker image build"""`: a sentence that ends there. Without a context nothing is built. */
export function endsSentence(line: string): boolean {
  return sentence.test(line);
}

const sentence = /^[^=$;&|]*\b(?:a|an|and|before|after|by|during|each|every|for|in|of|on|the|this|when|while|with)\s+(?:docker|podman|buildah)\s+(?:image\s+|buildx\s+)?build["'`.!]*\s*$/i;
