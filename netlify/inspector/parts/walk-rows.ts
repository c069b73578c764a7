/** Arrow keys go from row to row of a list of links: Tab alone is slow among fifty. For `onKeyDown` of the list. */
export function walkRows(press: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
  if (step === undefined || press.altKey || press.ctrlKey || press.metaKey) return;
  if (!(press.currentTarget instanceof Element)) return;
  const rows = [...press.currentTarget.querySelectorAll<HTMLElement>("a.row")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + step];
  if (at < 0 || next === undefined) return;
  press.preventDefault();
  next.focus();
}
