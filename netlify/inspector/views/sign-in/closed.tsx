/** Deployed without a password that could open it: says which variable to set. */
import { Command } from "../../components/command.tsx";

export function Closed() {
  return (
    <main class="alone">
      <h1>This page is closed</h1>
      <p>
        It shows what Okta sent, so it opens with a password only, and none is set that is long enough. Set{" "}
        <code>INSPECTOR_PASSWORD</code> to 16 characters or more in the site's environment variables, then
        deploy again.
      </p>
      <Command
        text='netlify env:set INSPECTOR_PASSWORD "$(openssl rand -base64 24)" --secret'
        what="the command"
      />
      <p>Deliveries are received meanwhile: the endpoint has a secret of its own.</p>
      <p>
        Under <code>netlify dev</code> the page is open to the machine that runs it, as <code>localhost</code>
        , unless <code>.env</code> sets a password.
      </p>
    </main>
  );
}
