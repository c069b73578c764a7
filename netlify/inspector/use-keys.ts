/**
 * The keyboard of the whole page: `/` finds, `j` and `k` (or the arrows) go along the rows, Enter opens, Esc goes back, `?` shows
 * these keys. In a list one row is in the tabbing order: one Tab leaves it.
 */
import { useEffect } from "preact/hooks";

export const FIND_BOX_ID = "find";
export const KEY_HELP_ID = "keys";

const rowSelector = "a.row";

export function useKeys(): void {
  useEffect(() => {
    document.addEventListener("keydown", press);
    document.addEventListener("focusin", keepOneRow);
    const observer = new MutationObserver(keepOneRow);
    observer.observe(document.body, { childList: true, subtree: true });
    keepOneRow();
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("focusin", keepOneRow);
      observer.disconnect();
    };
  }, []);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const { target } = event;
  const typing =
    target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
  if (typing && event.key !== "Escape") return;
  if (act(event.key, target)) event.preventDefault();
}

/** @returns whether the key meant something here */
function act(key: string, target: EventTarget | null): boolean {
  const onRow = target instanceof Element && target.matches(rowSelector);
  switch (key) {
    case "/":
      return focusOn(document.getElementById(FIND_BOX_ID));
    case "j":
      return step(1);
    case "k":
      return step(-1);
    case "ArrowDown":
      return onRow && step(1);
    case "ArrowUp":
      return onRow && step(-1);
    case "?":
      return showHelp();
    case "Escape":
      return goBack();
    default:
      return false;
  }
}

function rowsOf(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(rowSelector)].filter((row) => row.offsetParent !== null);
}

/** From the row with the keyboard, else the opened one, else the first. */
function step(by: number): boolean {
  const rows = rowsOf();
  const { activeElement } = document;
  const current = activeElement instanceof HTMLElement ? rows.indexOf(activeElement) : -1;
  const opened = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const from = current >= 0 ? current : opened;
  return focusOn(rows[from < 0 ? 0 : from + by]);
}

function showHelp(): boolean {
  const help = document.getElementById(KEY_HELP_ID);
  if (!(help instanceof HTMLDialogElement) || help.open) return false;
  help.showModal();
  return true;
}

/** A box that is being typed into is left first; then what is open is closed. */
function goBack(): boolean {
  const { activeElement } = document;
  if (document.querySelector("dialog[open]") !== null) return false;
  if (activeElement instanceof HTMLInputElement) {
    activeElement.blur();
    return true;
  }
  const back = document.querySelector<HTMLAnchorElement>("a.back");
  if (back === null) return false;
  const openRow = rowsOf().find((row) => row.getAttribute("aria-current") === "true");
  back.click();
  openRow?.focus();
  return true;
}

function focusOn(element: HTMLElement | null | undefined): boolean {
  if (element == null) return false;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  return true;
}

/** The row with the keyboard is in the tabbing order; else the opened one, else the first. */
function keepOneRow(): void {
  const rows = [...document.querySelectorAll<HTMLElement>(rowSelector)];
  const { activeElement } = document;
  const kept =
    rows.find((row) => row === activeElement) ??
    rows.find((row) => row.getAttribute("aria-current") === "true") ??
    rows.find((row) => row.tabIndex === 0) ??
    rows[0];
  for (const row of rows) {
    const wanted = row === kept ? 0 : -1;
    if (row.tabIndex !== wanted) row.tabIndex = wanted;
  }
}
