/** The keys, shown by `?` or the button. */
import { useRef } from "preact/hooks";
import { KEY_HELP_ID } from "../../use-keys.ts";

const keys = [
  ["/", "Find"],
  ["j  k", "Next and previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Back to the list"],
  ["?", "These keys"],
] as const;

export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="quiet keys" title="Keys" onClick={() => dialog.current?.showModal()}>
        ?<span class="sr-only"> Keys</span>
      </button>
      <dialog id={KEY_HELP_ID} ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="facts">
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
