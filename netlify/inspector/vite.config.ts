/** Builds the page into the folder that the site publishes. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // No preset: the page needs JSX and nothing else of one.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need a wider content security policy; the polyfill would be an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: "warn",
});
