import { type Signal, signal } from "@preact/signals";
import { refused } from "../server/client";

/** One file on its way to a desktop's drive. */
export interface Upload {
  number: number;
  name: string;
  size: number;
  /** 0 to 1 */
  done: Signal<number>;
  state: Signal<"going" | "done" | "failed" | "stopped">;
  error: Signal<string>;
  stop(): void;
}

let count = 0;

/** Sends a file, telling how far it is: `fetch` cannot, `XMLHttpRequest` can. */
export function startUpload(desktopId: string, folder: string, file: File, finished: () => void): Upload {
  const request = new XMLHttpRequest();
  const upload: Upload = {
    number: ++count,
    name: file.name,
    size: file.size,
    done: signal(0),
    state: signal("going"),
    error: signal(""),
    stop: () => request.abort(),
  };
  const end = (state: "done" | "failed" | "stopped", error = ""): void => {
    upload.error.value = error;
    upload.state.value = state;
    if (state === "done") finished();
  };
  request.upload.onprogress = ({ loaded, total }) => (upload.done.value = total ? loaded / total : 0);
  request.onload = () => {
    if (request.status === 401) refused.value += 1;
    if (request.status < 300) return end("done");
    end("failed", spoken(request.responseText) ?? `The server answered ${request.status}.`);
  };
  request.onerror = () => end("failed", "The connection broke off.");
  request.onabort = () => end("stopped");
  request.open("POST", fileUrl(desktopId, folder, file.name));
  request.setRequestHeader("content-type", file.type || "application/octet-stream");
  request.send(file);
  return upload;
}

/** The address of a file on a desktop's drive. */
export function fileUrl(desktopId: string, folder: string, name: string): string {
  const query = folder ? `?${new URLSearchParams({ path: folder })}` : "";
  return `/desktops/${encodeURIComponent(desktopId)}/files/${encodeURIComponent(name)}${query}`;
}

function spoken(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
