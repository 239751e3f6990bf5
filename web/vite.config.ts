import { defineConfig } from "vite";

/** The pages of this folder. The server serves each as `/<name>`; the dashboard becomes one more line here. */
const pages = { view: "view/index.html", docs: "docs/index.html" };

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // a data: script or style would need a looser Content-Security-Policy
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages },
    chunkSizeWarningLimit: 800,
  },
});
