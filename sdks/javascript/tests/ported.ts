// Nothing here runs: a program written for Nen's own client, which must compile with nothing but another import.

import {
  type Desktop,
  type ExecuteResult,
  type File,
  NenDesktop,
  NenDesktopContractError,
  NenDesktopError,
  type NenDesktopOptions,
  type SessionInfo,
  type ToolSchema,
  type UploadFileResponse,
} from "../src/index.js";

const options: NenDesktopOptions = { apiKey: "sk_nen_…", baseUrl: "https://desktop.api.getnen.ai", timeout: 30_000 };

export async function program(): Promise<string[]> {
  const client = new NenDesktop(options);
  const desktop: Desktop = await client.createDesktop();
  const again: Desktop = await client.createDesktop("sandbox");
  const all: Desktop[] = await client.listDesktops();
  const said: string[] = [desktop.publicIp, desktop.privateIp, desktop.instanceId, desktop.controllerArn, desktop.name];
  const session: SessionInfo | null = desktop.session;
  const times: number = desktop.createdAt + desktop.updatedAt;
  await client.updateDesktop(desktop.desktopId, { name: "renamed" });

  const acted: ExecuteResult[] = [
    await client.execute(desktop.desktopId, { tool: "computer", action: "key", params: { text: "Return" } }),
    await client.screenshot(desktop.desktopId),
    await client.leftClick(desktop.desktopId, 512, 384),
    await client.rightClick(desktop.desktopId, 512, 384),
    await client.doubleClick(desktop.desktopId, 512, 384),
    await client.middleClick(desktop.desktopId, 512, 384),
    await client.mouseMove(desktop.desktopId, 512, 384),
    await client.typeText(desktop.desktopId, "hello"),
    await client.keyPress(desktop.desktopId, "ctrl+a"),
    await client.scroll(desktop.desktopId, 512, 384, { direction: "down", amount: 3 }),
    await client.cursorPosition(desktop.desktopId),
  ];
  for (const { status, output, error, base64Image } of acted) said.push(status, output, error, base64Image);

  const tools: ToolSchema[] = await client.listTools(desktop.desktopId);
  const logs: unknown[] = await client.getToolLogs(desktop.desktopId);
  const opened: SessionInfo = await client.createSession(desktop.desktopId);
  said.push((await client.getSession(desktop.desktopId)).href, opened.href, session?.href ?? "", String(times));
  await client.deleteSession(desktop.desktopId);

  const files: File[] = await client.listFiles(desktop.desktopId);
  const content = await client.downloadFile(desktop.desktopId, files[0]?.name ?? "");
  const stored: UploadFileResponse = await client.uploadFile(desktop.desktopId, "a.txt", content, {
    contentType: "text/plain",
  });
  said.push(stored.filename, String(stored.success), String(stored.size + tools.length + logs.length + all.length));
  try {
    said.push((await client.deleteDesktop(again.desktopId)).status);
  } catch (error) {
    if (error instanceof NenDesktopContractError) said.push(String(error.payload));
    else if (error instanceof NenDesktopError) said.push(`${error.statusCode}: ${error.responseBody}`);
  }
  return said;
}
