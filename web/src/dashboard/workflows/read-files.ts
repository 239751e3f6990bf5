import type { SourceFile } from "nen-client";
import { type Bundle, ENTRY, type LeftOut } from "./bundle";

/** A file with its path from where it was chosen. */
export interface Found {
  path: string;
  file: File;
}

const MOST_BYTES = 4 * 1024 * 1024;
/** Folders of tools, not of the workflow; hidden ones are left out anyway, without a word. */
const FOLDERS_OF_TOOLS = /(^|\/)(__pycache__|node_modules|[^/]*\.egg-info)\//;

/** The bundle that chosen or dropped files make. */
export function bundleOfFiles(files: readonly File[]): Promise<Bundle> {
  return bundleOf(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** The bundle of files with paths. A folder that they all lie in is the bundle itself. */
export async function bundleOf(found: readonly Found[]): Promise<Bundle> {
  const folder = commonFolder(found);
  const inside = found.map(({ path, file }) => ({ path: path.slice(folder.length), file })).filter(({ path }) => isOfTheWorkflow(path, found));
  const files: SourceFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const { path, file } of inside) {
    if (file.size > MOST_BYTES) leftOut.push({ filename: path, reason: "larger than a whole workflow may be" });
    else {
      const content = await textOf(file);
      if (content === null) leftOut.push({ filename: path, reason: "not a text in UTF-8" });
      else files.push({ filename: path, content });
    }
  }
  return { name: nameOf(folder, files), files, leftOut };
}

function commonFolder(found: readonly Found[]): string {
  const first = found[0]?.path.split("/").slice(0, -1) ?? [];
  const depth = first.findIndex((_, at) => !found.every(({ path }) => path.startsWith(`${first.slice(0, at + 1).join("/")}/`)));
  const common = depth < 0 ? first : first.slice(0, depth);
  return common.length > 0 ? `${common.join("/")}/` : "";
}

function isOfTheWorkflow(path: string, found: readonly Found[]): boolean {
  if (path.split("/").some((part) => part.startsWith("."))) return false;
  if (FOLDERS_OF_TOOLS.test(`/${path}`)) return false;
  const environments = found.filter(({ path: one }) => one.endsWith("/pyvenv.cfg")).map(({ path: one }) => one.split("/").at(-2));
  return !path.split("/").slice(0, -1).some((part) => environments.includes(part));
}

async function textOf(file: File): Promise<string | null> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function nameOf(folder: string, files: readonly SourceFile[]): string {
  if (folder) return folder.slice(0, -1).split("/").at(-1) ?? "";
  const [only] = files;
  return files.length === 1 && only && only.filename !== ENTRY ? only.filename.replace(/\.py$/, "") : "";
}

/** All files that were dropped, those in folders, too. */
export async function filesIn(transfer: DataTransfer): Promise<Found[]> {
  // Entries are there during the event only: all are taken before anything is waited for.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<Found[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  if (entry.name.startsWith(".") || FOLDERS_OF_TOOLS.test(`/${entry.name}/`)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break; // a folder comes in parts
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesOf))).flat();
}
