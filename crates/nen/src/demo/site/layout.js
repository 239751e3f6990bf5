// Tells the demo where this page's elements are on the screen, so that its clicks land on what is really there.
// An agent with eyes does not need this; a script without a model does.
(() => {
  const page = document.body.dataset.page;
  // Exact only from a mouse event, on this page or one before; until then the window's own numbers.
  const kept = sessionStorage.getItem("offset");
  let exact = kept !== null;
  let offset = exact
    ? JSON.parse(kept)
    : [window.screenX + (window.outerWidth - window.innerWidth) / 2, window.screenY + (window.outerHeight - window.innerHeight)];
  let sent = "";
  let at = 0;
  const report = () => {
    const elements = {};
    for (const e of document.querySelectorAll("[id]")) {
      const r = e.getBoundingClientRect();
      elements[e.id] = [offset[0] + r.x, offset[1] + r.y, r.width, r.height];
    }
    const checked = [...document.querySelectorAll("input:checked")].map((e) => e.id);
    const body = JSON.stringify({ page, exact, focus: document.activeElement?.id || "", checked, elements });
    if (body === sent) return;
    sent = body;
    // Reports can overtake each other on the way; the latest is the true one.
    at = Math.max(at + 0.001, performance.timeOrigin + performance.now());
    fetch(`/layout?at=${at}`, { method: "POST", headers: { "content-type": "application/json" }, body });
  };
  addEventListener("mousemove", (e) => {
    const now = [e.screenX - e.clientX, e.screenY - e.clientY];
    if (exact && now[0] === offset[0] && now[1] === offset[1]) return;
    offset = now;
    exact = true;
    sessionStorage.setItem("offset", JSON.stringify(offset));
    report();
  });
  for (const event of ["load", "resize", "scroll", "focusin", "change"]) addEventListener(event, report, true);
})();
