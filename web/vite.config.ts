import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type ProxyOptions } from "vite";

/** The pages of this folder. The server serves the dashboard at `/` and each of the others as `/<name>`. */
const pages = { dashboard: "dashboard/index.html", view: "view/index.html", docs: "docs/index.html" };

/** Where the calls of the pages go in development: a running `nen serve`, with a key in place of a sign-in if one is given. */
const server = process.env["NEN_URL"] ?? "http://127.0.0.1:8700";
const key = process.env["NEN_API_KEY"];
const api: ProxyOptions = { target: server, ws: true, ...(key && { headers: { authorization: `Bearer ${key}` } }) };

/** Gives pages the addresses they have on the server. */
const addresses: Plugin = {
  name: "nen-addresses",
  configureServer({ middlewares }) {
    middlewares.use((request, _response, next) => {
      const [path = "/", query] = (request.url ?? "/").split("?");
      const page = path === "/" ? "dashboard" : /^\/(view|docs)(\/[^.]*)?$/.exec(path)?.[1];
      if (page) request.url = `/${page}/index.html${query ? `?${query}` : ""}`;
      next();
    });
  },
};

export default defineConfig({
  base: "/",
  plugins: [addresses],
  resolve: {
    alias: { "nen-client": fileURLToPath(new URL("../sdks/javascript/src/index.ts", import.meta.url)) },
    dedupe: ["preact"],
  },
  server: {
    host: "127.0.0.1",
    fs: { allow: [".", "../sdks/javascript/src"] },
    proxy: { "^/(auth|desktops|events|workflows|runs|keys|settings|usage|models|health|openapi\\.json|mcp)(/|\\?|$)": api },
  },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // light-dark() stays as it is written
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // a data: script or style would need a looser Content-Security-Policy
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages },
    chunkSizeWarningLimit: 800,
  },
});
