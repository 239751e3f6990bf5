import type { UploadBody } from "../body.js";
import * as agent from "../calls/agent.js";
import * as desktops from "../calls/desktops.js";
import * as files from "../calls/files.js";
import type { Download } from "../download.js";
import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { AgentReport } from "../types/admin.js";
import type { SessionInfo, SessionRequest } from "../types/desktop.js";
import type {
  DownloadOptions,
  File,
  Folder,
  PathOptions,
  ReadOptions,
  UploadFileResponse,
  UploadOptions,
} from "../types/file.js";

/** One part of one desktop. */
abstract class Part {
  protected readonly transport: Transport;
  protected readonly id: string;

  constructor(transport: Transport, id: string) {
    this.transport = transport;
    this.id = id;
  }
}

/** The desktop's drive, `/drive` inside; the browser downloads to its folder `Downloads`. */
export class Files extends Part {
  /** Entries of a folder. */
  list(options?: PathOptions): Promise<File[]> {
    return files.list(this.transport, this.id, options);
  }

  /** Stores a file, replacing one of that name, and makes the folders on the way. At most 100 MiB. */
  upload(name: string, body: UploadBody, options?: UploadOptions): Promise<UploadFileResponse> {
    return files.upload(this.transport, this.id, name, body, options);
  }

  /** A file, to be read in pieces or as a whole. */
  download(name: string, options?: DownloadOptions): Promise<Download> {
    return files.download(this.transport, this.id, name, options);
  }

  /** Removes a file or an empty folder. */
  delete(name: string, options?: PathOptions): Promise<void> {
    return files.remove(this.transport, this.id, name, options);
  }
}

/** Files anywhere on the desktop that its user can reach. Paths are absolute or begin with `~`, the user's home. */
export class FileSystem extends Part {
  /** Regular files of a folder. `pattern` is as in a shell, `*.pdf`; two stars and a slash reach into all folders below. */
  list(path: string, options: RequestOptions & { pattern?: string } = {}): Promise<Folder> {
    return files.listFolder(this.transport, this.id, path, options.pattern, options);
  }

  /** A file, to be read in pieces or as a whole. */
  read(path: string, options?: ReadOptions): Promise<Download> {
    return files.readFile(this.transport, this.id, path, options);
  }

  /** Writes a file in one step, or adds to its end. */
  write(path: string, body: UploadBody, options?: files.WriteOptions): Promise<void> {
    return files.writeFile(this.transport, this.id, path, body, options);
  }
}

/** The live view, where people watch a desktop and take control. */
export class Session extends Part {
  /** Opens a session, or changes the one there is; without `wanted` that one stays as it is. */
  open(wanted?: SessionRequest, options?: RequestOptions): Promise<SessionInfo> {
    return desktops.openSession(this.transport, this.id, wanted, options);
  }

  /** The session, with a fresh link; a `NotFoundError` when there is none. */
  get(options?: RequestOptions): Promise<SessionInfo> {
    return desktops.getSession(this.transport, this.id, options);
  }

  /** Ends it: viewers are disconnected at once. */
  end(options?: RequestOptions): Promise<void> {
    return desktops.endSession(this.transport, this.id, options);
  }
}

/** A vision model that acts on the desktop, judges it and reads it. A call may take half an hour. */
export class Agent extends Part {
  /** Has something done; an `UnprocessableError` when it could not be. */
  execute(instruction: string, options?: agent.AgentExecuteOptions): Promise<AgentReport> {
    return agent.execute(this.transport, this.id, instruction, options);
  }

  /** Whether something holds on the screen, or comes to within some seconds. */
  verify(condition: string, options?: agent.AgentVerifyOptions): Promise<boolean> {
    return agent.verify(this.transport, this.id, condition, options);
  }

  /** Reads something off the screen in the shape of a JSON Schema. `T` is what that schema describes. */
  async extract<T = unknown>(query: string, schema: object, options?: agent.AgentOptions): Promise<T> {
    return (await agent.extract(this.transport, this.id, query, schema, options)) as T;
  }
}
