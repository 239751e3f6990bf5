// What every page does: take orders from the benchmark as server-sent events, and report.
// A page may add to `page.orders` and replace `page.state`.
"use strict";
const tab = new URLSearchParams(location.search).get("tab");

function report(what) {
  return fetch(`/report?tab=${tab}`, { method: "POST", body: JSON.stringify(what) });
}

// After two frames what was changed has been painted.
function painted() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

// Numbers that look random and are the same every time.
function numbers(seed) {
  let value = seed;
  return () => {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    return value / 4294967296;
  };
}

// Pages scroll in one frame, by keys: smooth scrolling would measure the browser.
function scrollByKeys(step) {
  addEventListener("keydown", (event) => {
    const way = { PageDown: 1, PageUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    scrollBy({ top: way * step, behavior: "instant" });
  });
}

addEventListener("load", async () => {
  const source = new EventSource(`/orders?tab=${tab}`);
  source.onmessage = async (message) => {
    const order = JSON.parse(message.data);
    if (order.do === "go") {
      source.close();
      location.replace(`/${order.page}?tab=${tab}`);
      return;
    }
    const found = order.do === "state" ? page.state() : await page.orders[order.do](order);
    await report({ number: order.number, ...found });
  };
  await document.fonts.ready;
  await painted();
  await report({ shown: location.pathname.slice(1), width: innerWidth, height: innerHeight });
});

const page = { orders: {}, state: () => ({ width: innerWidth, height: innerHeight }) };
