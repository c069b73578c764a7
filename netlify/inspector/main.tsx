/** The page starts here, once somebody looks: a tab opened in the background asks nothing. */
import { render } from "preact";
import { App } from "./app.tsx";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no #page element to draw into.");

function start(): void {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", start);
  if (root !== null) render(<App />, root);
}

document.addEventListener("visibilitychange", start);
start();
