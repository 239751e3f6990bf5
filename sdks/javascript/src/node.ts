/** Conveniences for Node.js: files of this machine. */

import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Download } from "./download.js";
import type { UploadFileResponse, UploadOptions } from "./types/file.js";

/** The files of a desktop, as far as they are needed here. */
interface Uploads {
  upload(name: string, body: AsyncIterable<Uint8Array>, options?: UploadOptions): Promise<UploadFileResponse>;
}

/** Stores a file of this machine on a desktop's drive, under its own name unless another is given. It is streamed. */
export async function uploadPath(
  files: Uploads,
  path: string,
  options: UploadOptions & { name?: string } = {},
): Promise<UploadFileResponse> {
  const { name = basename(path), ...rest } = options;
  return files.upload(name, createReadStream(path), rest);
}

/**
 * Writes a download into a file of this machine, piece by piece; a file that is there is replaced once all has arrived.
 * Answers the number of bytes.
 */
export async function saveTo(download: Download, path: string): Promise<number> {
  if (download.notModified) return 0;
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const file = createWriteStream(part);
  try {
    await pipeline(download, file);
    await rename(part, path);
  } catch (error) {
    await download.cancel();
    await rm(part, { force: true });
    throw error;
  }
  return file.bytesWritten;
}
