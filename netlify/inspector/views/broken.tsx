/** The page itself made a mistake. */
import { PrintableText } from "../components/text.tsx";

export function Broken({ why }: { why: string }) {
  return (
    <main class="alone">
      <h1>This page is broken</h1>
      <p>
        The mistake is the page's own, not the server's. What was received is safe:{" "}
        <PrintableText text={why} />
      </p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        Reload
      </button>
    </main>
  );
}
