/** The page starts here, once somebody looks: a tab opened in the background asks nothing. */
import { render } from "preact";
import { App } from "./app.tsx";
import { trackPointer } from "./data/wait-for-pointer-up.ts";
import { Broken } from "./views/broken.tsx";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no #page element to draw into.");
const page: HTMLElement = root;

function start(): void {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", start);
  render(<App />, page);
}

/** A mistake of the page's own is said as that, not as a server that does not answer. */
function showBroken(why: unknown): void {
  render(<Broken why={why instanceof Error ? why.message : String(why)} />, page);
}

addEventListener("error", ({ error }) => {
  // Without an error object it is a warning of the browser's, e.g. of a ResizeObserver.
  if (error != null) showBroken(error);
});
addEventListener("unhandledrejection", ({ reason }) => showBroken(reason));
document.addEventListener("visibilitychange", start);
trackPointer();
start();
