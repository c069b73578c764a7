/** Arrow keys go from row to row of a list of links: Tab alone is slow among fifty. For `onKeyDown` of each `a.row`. */
export function walkRows(press: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
  if (step === undefined || press.altKey || press.ctrlKey || press.metaKey) return;
  if (!(press.currentTarget instanceof HTMLElement)) return;
  const rows = [...document.querySelectorAll<HTMLElement>("a.row")];
  const next = rows[rows.indexOf(press.currentTarget) + step];
  if (next === undefined) return;
  press.preventDefault();
  next.focus();
}
