// The official TypeScript client of MCP at one door of a server: lists the tools, does the portal task, has a picture,
// cancels a call, and uploads and runs a workflow. Prints what it found as one line of JSON.
//
//     node mcp_task.mjs http|stdio legacy|auto
//
// Environment: NEN (the binary), NEN_API_URL, NEN_API_KEY, PORTAL_URL, PORTAL_NOTE.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const PATIENCE = 60_000;
const { NEN, NEN_API_URL, NEN_API_KEY, PORTAL_URL, PORTAL_NOTE } = process.env;
const [door, mode] = process.argv.slice(2);

const WORKFLOW = `
from pydantic import BaseModel


class Params(BaseModel):
    word: str
    times: int


class Result(BaseModel):
    text: str


def run(params: Params) -> Result:
    return Result(text=params.word * params.times)
`;

const client = new Client({ name: 'nen-tests', version: '1' }, { versionNegotiation: { mode } });
await client.connect(
  door === 'stdio'
    ? new StdioClientTransport({ command: NEN, args: ['mcp'], env: process.env, stderr: 'inherit' })
    : new StreamableHTTPClientTransport(new URL(`${NEN_API_URL}/mcp`), {
        requestInit: { headers: { 'x-api-key': NEN_API_KEY } },
      }),
);

/** Everything a tool answers; a failure is an error. */
async function call(name, args = {}, options = {}) {
  const result = await client.callTool({ name: `nen_${name}`, arguments: args }, { timeout: PATIENCE, ...options });
  if (result.isError) throw new Error(`${name}: ${result.content[0].text}`);
  return result;
}
const data = async (name, args) => (await call(name, args)).structuredContent;
const computer = (action, more = {}) => call('computer', { action, ...more });
const type = (text) => computer('type', { text });

/** Looks again after the screen has settled, until something is there. */
async function until(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (await look()) return;
    if (Date.now() > end) throw new Error(`waited too long for ${what}`);
    await computer('wait');
  }
}

async function window(title) {
  await until(title, async () => {
    const { windows } = await data('windows', { action: 'list' });
    return windows.some((window) => window.title.startsWith(title));
  });
  await computer('wait');
}

async function portalTask() {
  const tools = ['computer', 'clipboard', 'windows'];
  const { desktop_id } = await data('create_desktop', { tools, start_url: PORTAL_URL });
  try {
    await window('Sign in');
    await type('ada@lumen.example\tcorrect-Horse7\n');
    await window('Invoices');
    await computer('key', { text: 'ctrl+a' });
    await computer('key', { text: 'ctrl+c' });
    const [{ text: table }] = (await call('clipboard', { action: 'get' })).content;
    const rows = table.split(/\r?\n/).map((row) => row.split('\t'));
    const [invoice, , amount] = rows.find((row) => row[3]?.trim() === 'open');
    await computer('key', { text: 'ctrl+l' });
    await type(`${PORTAL_URL}/pay\n`);
    await window('Pay - ');
    await type(`${invoice}\t${amount}\t${PORTAL_NOTE}\n`);
    await window('Paid');
    await computer('key', { text: 'ctrl+l' });
    await type(`${PORTAL_URL}/receipt.txt\n`);
    await until('the receipt', async () => {
      // The folder comes with the first download.
      const list = await data('list_files', { path: 'Downloads' }).catch(() => ({ files: [] }));
      return list.files.some((file) => file.name === 'receipt.txt');
    });
    const [{ text: receipt }] = (await call('read_file', { path: 'Downloads/receipt.txt' })).content;
    const [image] = (await call('screenshot')).content;
    const bytes = Buffer.from(image.data, 'base64');
    const screenshot = [image.mimeType, bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

    return { receipt, screenshot };
  } finally {
    await data('delete_desktop', { desktop_id });
  }
}

/** Cancels a call that has begun and would go on for minutes, and answers how long the next one takes. */
async function cancelling() {
  const { desktop_id } = await data('create_desktop', {});
  try {
    const abort = new AbortController();
    const command = 'touch /drive/began; sleep 200';
    const ended = call('bash', { action: 'run', command, timeout: 300 }, { signal: abort.signal, timeout: 300_000 }).then(
      () => false,
      () => abort.signal.aborted,
    );
    // Looking at files does not queue behind the call.
    const end = Date.now() + PATIENCE;
    while (!(await data('list_files', {})).files.some((file) => file.name === 'began')) {
      if (Date.now() > end) throw new Error('the call does not begin');
    }
    abort.abort();
    const cancelled = await ended;
    const began = Date.now();
    await computer('cursor_position');
    return { cancelled, after_cancel_ms: Date.now() - began };
  } finally {
    await data('delete_desktop', { desktop_id });
  }
}

async function workflow() {
  const files = [{ filename: 'workflow.py', content: WORKFLOW }];
  const { workflowId } = await data('update_workflow', { files, workflowName: 'repeat' });
  const { messageId } = await data('run', { workflowId, params: { word: 'na', times: '3' } });
  // The end of its log is the end of the run.
  const headers = { 'x-api-key': NEN_API_KEY };
  await (await fetch(`${NEN_API_URL}/runs/${messageId}/logs?follow=true`, { headers })).text();
  const { status, result } = await data('status', { messageId });
  const { runs } = await data('list_runs', { workflowId });
  return { status, result, listed: runs.map((run) => run.messageId === messageId) };
}

const { tools } = await client.listTools();
const found = { tools: tools.length, ...(await portalTask()), ...(await cancelling()), workflow: await workflow() };
await client.close();
process.stdout.write(`${JSON.stringify(found)}\n`);
