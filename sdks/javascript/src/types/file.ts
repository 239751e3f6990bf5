import type { RequestOptions } from "../options.js";
import type { FromWire } from "../wire.js";

/** An entry of a folder on the drive. In pages, `File` is also a name of the browser's: import it under another one there. */
export interface File extends FromWire {
  /** Its name without the folder. */
  name: string;
  /** Bytes; 0 for a folder. */
  size: number;
  /** Last change, Unix seconds with a fraction. */
  modified: number;
  /** Present and true for a folder. */
  isDir?: boolean;
}

/** Answer of an upload. */
export interface UploadFileResponse extends FromWire {
  /** Always true: an upload that failed throws. */
  success: boolean;
  /** Bytes stored. */
  size: number;
  /** The name stored under. */
  filename: string;
}

/** Where a file is on the drive. */
export interface PathOptions extends RequestOptions {
  /** Folder below the drive's root, with `/`; the root when left out. */
  path?: string;
}

/** How a file is stored on the drive. */
export interface UploadOptions extends PathOptions {
  /** Its media type; `application/octet-stream` when left out. */
  contentType?: string;
}

/** What of a file is wanted. */
export interface ReadOptions extends RequestOptions {
  /** Bytes from `start` (the beginning when left out) up to and including `end` (the end); or the header itself, `bytes=-100`. */
  range?: { start?: number; end?: number } | string;
  /** An ETag seen before: while the file is still that, nothing is sent and `notModified` is true. */
  ifNoneMatch?: string;
}

/** What of a file on the drive is wanted. */
export interface DownloadOptions extends ReadOptions, PathOptions {}

/** Regular files of a folder anywhere on the desktop. */
export interface Folder extends FromWire {
  /** The folder's absolute path; `~` is gone. */
  path: string;
  /** Those that fit the pattern, by name. */
  files: FolderFile[];
}

/** A regular file below a folder. */
export interface FolderFile extends FromWire {
  /** Its name; its path below the folder when the pattern reaches into others. */
  name: string;
  /** Bytes. */
  size: number;
  /** Last change, Unix seconds with a fraction. */
  modified: number;
}
