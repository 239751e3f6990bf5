import assert from "node:assert/strict";
import { test } from "node:test";
import { sendable } from "../src/body.js";
import { Clock } from "../src/clock.js";
import { patientDispatcher } from "../src/dispatcher.js";

test("every piece of an upload gives it its time anew", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = new Clock("POST /x");
  async function* pieces(): AsyncGenerator<string> {
    yield "a";
    yield "b";
  }
  const { body } = sendable(pieces(), () => clock.start(100));
  clock.start(100);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  for (let at = 0; at < 3; at++) {
    context.mock.timers.tick(90);
    await reader.read();
  }
  context.mock.timers.tick(99);
  assert.equal(clock.reason, undefined);
  context.mock.timers.tick(1);
  assert.match(String(clock.reason), /POST \/x was not answered within 0\.1 s/);
});

test("a clock that is done ends nothing, and lets go of its caller's signal", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const leaving = new AbortController();
  const clock = new Clock("GET /x", leaving.signal);
  clock.start(100);
  clock.done();
  clock.start(100);
  context.mock.timers.tick(200);
  leaving.abort();
  assert.equal(clock.signal.aborted, false);
});

test("a time too long for a timer is no time at all", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = new Clock("GET /x");
  clock.start(Number.MAX_SAFE_INTEGER);
  context.mock.timers.tick(2 ** 31);
  assert.equal(clock.signal.aborted, false);
});

test("answers that take long have something that waits for them, one for all", () => {
  const dispatcher = patientDispatcher();
  assert.equal(dispatcher?.constructor.name, "Agent");
  assert.equal(patientDispatcher(), dispatcher);
});
