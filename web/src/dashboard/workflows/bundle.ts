import type { SourceFile } from "nen-client";

/** The file with the function `run`. */
export const ENTRY = "workflow.py";
const MOST_FILES = 200;
const MOST_BYTES = 4 * 1024 * 1024;

/** What is to be uploaded. */
export interface Bundle {
  /** What it may be called, by its folder or file. */
  name: string;
  files: readonly SourceFile[];
  leftOut: readonly LeftOut[];
}

/** A file that does not go along. */
export interface LeftOut {
  filename: string;
  reason: string;
}

/** The files with others put in place of those of the same name, in the order of names, the entry first. */
export function withFiles(files: readonly SourceFile[], more: readonly SourceFile[]): SourceFile[] {
  const names = new Set(more.map(({ filename }) => filename));
  const all = [...files.filter(({ filename }) => !names.has(filename)), ...more];
  return all.sort((a, b) => Number(b.filename === ENTRY) - Number(a.filename === ENTRY) || a.filename.localeCompare(b.filename));
}

/** The one file that can only be the entry, where none is called so. */
export function entryOf(files: readonly SourceFile[]): string | null {
  if (files.some(({ filename }) => filename === ENTRY)) return ENTRY;
  const candidates = files.filter(({ filename }) => /^[^/]+\.py$/.test(filename));
  const runnable = candidates.filter(({ content }) => /^(async\s+)?def run\(/m.test(content));
  const [only, another] = runnable.length > 0 ? runnable : candidates;
  return only && !another ? only.filename : null;
}

/** The files as the server takes them: the chosen one is called as the entry has to be. */
export function withEntry(files: readonly SourceFile[], entry: string): SourceFile[] {
  return withFiles([], files.map((file) => (file.filename === entry ? { ...file, filename: ENTRY } : file)));
}

/** What the server would refuse, told before anything is sent. */
export function wrongWith(files: readonly SourceFile[], entry: string | null): string | null {
  if (files.length === 0) return "Choose the files first.";
  if (entry === null) return `Say which file has the function run. It is uploaded as ${ENTRY}.`;
  if (files.length > MOST_FILES) return `These are ${files.length} files. A workflow has ${MOST_FILES} at most.`;
  const bytes = sizeOf(files);
  if (bytes > MOST_BYTES) return `Together they are ${(bytes / 1048576).toFixed(1)} MiB. A workflow has 4 MiB at most.`;
  return null;
}

export function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { content }) => sum + bytesIn(content), 0);
}

export function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
